"""Opinion groups from reactions: fill, project, cluster. The only module with numpy: web workers do not load it.

As Polis: impute missing reactions with the statement's mean, project people on two principal components scaled by
√(statements / reactions), group them by deterministic k-means, choose k by the silhouette.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from consult.domain.talk.common_ground import LEAST_GROUP, LEAST_REACTIONS

MOST_GROUPS = 5
ROUNDS = 100
Array = NDArray[np.float64]


def groups(reactions: Mapping[int, Mapping[int, int]]) -> list[list[int]]:
    """Return groups of person ids, each person once, from person → statement → position.

    People with fewer than LEAST_REACTIONS are in no group. Empty if fewer than LEAST_GROUP are left.
    """
    placed = sorted(person for person, mine in reactions.items() if len(mine) >= LEAST_REACTIONS)
    if len(placed) < LEAST_GROUP:
        return []
    statements = sorted({s for person in placed for s in reactions[person]})
    votes = matrix([reactions[p] for p in placed], statements)
    labels = clustered(projected(votes), votes)
    return [[placed[i] for i in np.flatnonzero(labels == label)] for label in np.unique(labels)]


def matrix(rows: Sequence[Mapping[int, int]], statements: Sequence[int]) -> Array:
    """Return people by statements: 1, 0, -1, and NaN without a reaction."""
    return np.array([[row.get(s, np.nan) for s in statements] for row in rows], dtype=np.float64)


def projected(votes: Array) -> Array:
    """Return two coordinates for each person."""
    seen = ~np.isnan(votes)
    means = np.nansum(votes, axis=0) / np.maximum(seen.sum(axis=0), 1)
    centred = np.where(seen, votes - means, 0.0)
    _, _, axes = np.linalg.svd(centred, full_matrices=False)
    stretch = np.sqrt(votes.shape[1] / np.maximum(seen.sum(axis=1), 1))
    coordinates: Array = centred @ axes[:2].T * stretch[:, None]
    return coordinates


def clustered(points: Array, votes: Array) -> NDArray[np.intp]:
    """Return a label for each person, for the number of groups with the best silhouette.

    Each group has LEAST_GROUP people or more, and differs from every other; otherwise all are in one.
    """
    best, best_score = np.zeros(len(points), dtype=np.intp), 0.0
    for k in range(2, min(MOST_GROUPS, len(points) // LEAST_GROUP) + 1):
        labels = k_means(points, k)
        sizes = np.bincount(labels, minlength=k)
        if sizes.min() >= LEAST_GROUP and all_differ(votes, labels, k):
            score = silhouette(points, labels)
            if score > best_score + 1e-9:
                best, best_score = labels, score
    return best


FAR_APART, LEAST_DIVIDING, DIVIDING_SHARE = 1.0, 2, 0.1
"""Two groups differ when their means (agree 1, disagree -1) are this far apart on two statements and a tenth of all."""


def all_differ(votes: Array, labels: NDArray[np.intp], k: int) -> bool:
    """Tell whether every two groups differ on enough statements: k-means cuts an even cloud in two as well."""
    seen = ~np.isnan(votes)
    means = np.array(
        [np.nansum(votes[labels == n], axis=0) / np.maximum(seen[labels == n].sum(axis=0), 1) for n in range(k)]
    )
    needed = max(LEAST_DIVIDING, round(DIVIDING_SHARE * votes.shape[1]))
    gaps = np.abs(means[:, None] - means[None]) >= FAR_APART
    pairs = gaps.sum(axis=2)[np.triu_indices(k, 1)]
    return bool((pairs >= needed).all())


def k_means(points: Array, k: int) -> NDArray[np.intp]:
    """Run Lloyd's algorithm from the farthest points: the same reactions always give the same groups."""
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
    """Return k starting points: the farthest from the mean, then each time the farthest from those chosen."""
    chosen = [int(np.linalg.norm(points - points.mean(axis=0), axis=1).argmax())]
    while len(chosen) < k:
        gaps = np.linalg.norm(points[:, None] - points[chosen][None], axis=2).min(axis=1)
        chosen.append(int(gaps.argmax()))
    picked: Array = points[chosen].copy()
    return picked


def silhouette(points: Array, labels: NDArray[np.intp]) -> float:
    """Return how much closer people are to their own group than to the next one, on average, from -1 to 1."""
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
