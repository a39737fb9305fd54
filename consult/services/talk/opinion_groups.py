"""Opinion groups from reactions: fill, project, cluster. The only module with numpy; web workers never load it.

The way of Polis: missing reactions become the statement's mean, people are projected on the two main axes and drawn
out by how little they reacted, k-means groups them, the silhouette chooses how many groups. No chance anywhere.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from consult.domain.talk.common_ground import LEAST_GROUP, LEAST_REACTIONS

MOST_GROUPS = 5
ROUNDS = 100
Array = NDArray[np.float64]


def groups(reactions: Mapping[int, Mapping[int, int]]) -> list[list[int]]:
    """People who belong together, each once. Only who reacted to seven statements or more; empty: too few."""
    placed = sorted(person for person, mine in reactions.items() if len(mine) >= LEAST_REACTIONS)
    if len(placed) < LEAST_GROUP:
        return []
    statements = sorted({s for person in placed for s in reactions[person]})
    votes = matrix([reactions[p] for p in placed], statements)
    labels = clustered(projected(votes), votes)
    return [[placed[i] for i in np.flatnonzero(labels == label)] for label in np.unique(labels)]


def matrix(rows: Sequence[Mapping[int, int]], statements: Sequence[int]) -> Array:
    """People by statements: 1, 0, -1, and NaN where somebody has not reacted."""
    return np.array([[row.get(s, np.nan) for s in statements] for row in rows], dtype=np.float64)


def projected(votes: Array) -> Array:
    """Two coordinates a person."""
    seen = ~np.isnan(votes)
    means = np.nansum(votes, axis=0) / np.maximum(seen.sum(axis=0), 1)
    centred = np.where(seen, votes - means, 0.0)
    _, _, axes = np.linalg.svd(centred, full_matrices=False)
    stretch = np.sqrt(votes.shape[1] / np.maximum(seen.sum(axis=1), 1))
    coordinates: Array = centred @ axes[:2].T * stretch[:, None]
    return coordinates


def clustered(points: Array, votes: Array) -> NDArray[np.intp]:
    """A label a person: the number of groups with the best silhouette, none under five people, each of its own mind."""
    best, best_score = np.zeros(len(points), dtype=np.intp), 0.0
    for k in range(2, min(MOST_GROUPS, len(points) // LEAST_GROUP) + 1):
        labels = k_means(points, k)
        sizes = np.bincount(labels, minlength=k)
        if sizes.min() >= LEAST_GROUP and of_different_minds(votes, labels, k):
            score = silhouette(points, labels)
            if score > best_score + 1e-9:
                best, best_score = labels, score
    return best


FAR_APART, LEAST_DIVIDING, DIVIDING_SHARE = 1.0, 2, 0.1
"""Between agree (1) and disagree (-1): means as far apart as this, on two statements and a tenth of all."""


def of_different_minds(votes: Array, labels: NDArray[np.intp], k: int) -> bool:
    """Whether every two groups differ on enough statements. A cloud cut in two is no pair of opinion groups."""
    seen = ~np.isnan(votes)
    means = np.array(
        [np.nansum(votes[labels == n], axis=0) / np.maximum(seen[labels == n].sum(axis=0), 1) for n in range(k)]
    )
    needed = max(LEAST_DIVIDING, round(DIVIDING_SHARE * votes.shape[1]))
    gaps = np.abs(means[:, None] - means[None]) >= FAR_APART
    pairs = gaps.sum(axis=2)[np.triu_indices(k, 1)]
    return bool((pairs >= needed).all())


def k_means(points: Array, k: int) -> NDArray[np.intp]:
    """Lloyd's algorithm from farthest points, so that the same reactions always give the same groups."""
    centres = farthest(points, k)
    labels = np.zeros(len(points), dtype=np.intp)
    for _ in range(ROUNDS):
        distances = np.linalg.norm(points[:, None] - centres[None], axis=2)
        new = distances.argmin(axis=1)
        if _ and (new == labels).all():
            break
        labels = new
        centres = np.array([points[labels == n].mean(axis=0) if (labels == n).any() else centres[n] for n in range(k)])
    return labels


def farthest(points: Array, k: int) -> Array:
    """Start from who is farthest from the middle, then always from who is farthest from those chosen."""
    chosen = [int(np.linalg.norm(points - points.mean(axis=0), axis=1).argmax())]
    while len(chosen) < k:
        gaps = np.linalg.norm(points[:, None] - points[chosen][None], axis=2).min(axis=1)
        chosen.append(int(gaps.argmax()))
    picked: Array = points[chosen].copy()
    return picked


def silhouette(points: Array, labels: NDArray[np.intp]) -> float:
    """How much closer people are to their own group than to the next one: from -1 to 1."""
    distances = np.linalg.norm(points[:, None] - points[None], axis=2)
    names = np.unique(labels)
    sums = np.stack([distances[:, labels == n].sum(axis=1) for n in names], axis=1)
    sizes = np.array([(labels == n).sum() for n in names])
    own = np.searchsorted(names, labels)
    rows = np.arange(len(points))
    inside = sums[rows, own] / np.maximum(sizes[own] - 1, 1)
    means = sums / sizes
    means[rows, own] = np.inf
    outside = means.min(axis=1)
    widest = np.maximum(np.maximum(inside, outside), 1e-12)
    return float(((outside - inside) / widest).mean())
