"""Who is wrong, the officers or our key? Cultural consensus theory with offices as informants. Pure.

Source: Romney, Weller & Batchelder 1986 (American Anthropologist 88:313); Comrey 1962 for minimum residuals. The 3:1 rule for
eigenvalues is a rule of thumb that varies with noise: it screens, it does not measure.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from app.uniformity.logic import Floats, Ints

ONE_CULTURE, NO_CULTURE = 5.0, 3.0
LEAST, MOST = 0.01, 0.99  # competence within which weights are finite
ROUNDS, CLOSE = 500, 1e-12


@dataclass(frozen=True)
class Consensus:
    """What informants agree on: their competence (N,), what tells them apart (N,), and the posterior of each answer (Q, L).

    `ratio` is the first eigenvalue over the second (infinite where there is no second); `culture` one, two or none.
    """

    competence: Floats
    second: Floats
    ratio: float
    culture: str
    posterior: Floats


def match_matrix(answers: ArrayLike, options: ArrayLike) -> Floats:
    """Return how often each two informants agree, corrected for guessing: the mean of (L·match - 1) / (L - 1).

    answers (N, Q) from 0, -1 where missing; options: L of each question (Q,) or one for all, at least 2. The diagonal is 0. Two
    who answered nothing in common get 0; with one informant the matrix is a single 0.
    """
    said = np.asarray(answers, dtype=np.int64)
    count = np.broadcast_to(np.asarray(options, float), said.shape[1:])
    there = (said >= 0).astype(float)
    # a match is worth 1, a miss -1/(L-1): summed option by option, never by pairs of informants and questions at once
    miss = -1 / (count - 1)
    together = there @ there.T
    total = (there * miss) @ there.T
    for option in range(int(said.max(initial=-1)) + 1):
        chose = (said == option).astype(float)
        total += (chose * (1 - miss)) @ chose.T
    found = np.divide(total, together, out=np.zeros_like(total), where=together > 0)
    np.fill_diagonal(found, 0.0)
    return found


def rank_one(matrix: ArrayLike) -> Floats:
    """Return the vector d with d_i·d_j nearest to a matrix off its diagonal: minimum residuals by repeated eigenvectors.

    matrix (N, N), symmetric; the diagonal is unknown and is filled in. The sign is that of the majority. With fewer than three
    informants d is not determined: zeros.
    """
    held = np.array(matrix, dtype=float)
    size = len(held)
    if size < 3:
        return np.zeros(size)
    found = np.sqrt(np.clip(np.abs(held).max(axis=1), 0, 1))
    for _round in range(ROUNDS):
        np.fill_diagonal(held, found**2)
        values, vectors = np.linalg.eigh(held)
        new = vectors[:, -1] * np.sqrt(max(0.0, values[-1]))
        new = new if new.sum() >= 0 else -new
        if np.abs(new - found).max() < CLOSE:
            return np.asarray(new)
        found = new
    return found


def consensus(answers: ArrayLike, options: ArrayLike) -> Consensus:
    """Return what informants agree on.

    answers (N, Q) from 0, -1 where missing; options: L of each question or one for all, at least 2. One culture where the first
    eigenvalue is five times the second; below three times, or where most competences are negative, there is none; between them
    two cultures, told apart by `second`. With fewer than three informants or no question there is no culture.
    """
    said = np.asarray(answers, dtype=np.int64)
    count = np.broadcast_to(np.asarray(options, float), said.shape[1:])
    competence = rank_one(match_matrix(said, count)) if said.size else np.zeros(len(said))
    ratio, second = (
        _factors(match_matrix(said, count), competence) if said.size else (1.0, competence)
    )
    posterior = _posterior(said, count, competence)
    if len(said) < 3 or ratio < NO_CULTURE or (competence <= 0).mean() > 0.5:
        culture = "none"
    else:
        culture = "one" if ratio >= ONE_CULTURE else "two"
    if culture == "none" and len(said) >= 3 and ratio >= 2 and (competence > 0).mean() > 0.8:
        culture = "two"  # two opposed groups of one size bring the ratio down to where noise has it
    return Consensus(competence, second, ratio, culture, posterior)


def _factors(matrix: Floats, competence: Floats) -> tuple[float, Floats]:
    held = matrix.copy()
    np.fill_diagonal(held, competence**2)
    values, vectors = np.linalg.eigh(held)
    if len(values) < 2 or values[-2] <= 0:
        return float("inf") if len(values) and values[-1] > 0 else 1.0, np.zeros(len(values))
    return float(values[-1] / values[-2]), np.asarray(vectors[:, -2] * np.sqrt(values[-2]))


def _posterior(said: Ints, options: Floats, competence: Floats) -> Floats:
    width = int(options.max(initial=1))
    d = np.clip(competence, LEAST, MOST)[:, None]
    weight = np.log((1 + (options - 1) * d) / (1 - d))
    score = np.zeros((said.shape[1] if said.ndim > 1 else 0, width))
    for option in range(width):
        score[:, option] = np.where(said == option, weight, 0.0).sum(axis=0)
    score = np.where(np.arange(width) < options[:, None], score, -np.inf)
    grown = np.exp(score - score.max(axis=1, keepdims=True, initial=0.0))
    return np.asarray(grown / grown.sum(axis=1, keepdims=True))


def against_key(found: Consensus, keys: ArrayLike, threshold: float = 0.99) -> list[int]:
    """Return the questions whose agreed answer is not the key, with a posterior above the threshold.

    keys (Q,). Only one culture can speak against a key; otherwise nothing is returned.
    """
    if found.culture != "one":
        return []
    key: NDArray[np.int64] = np.asarray(keys, dtype=np.int64)
    best = found.posterior.argmax(axis=1)
    sure = found.posterior.max(axis=1) > threshold
    return [int(question) for question in np.flatnonzero(sure & (best != key))]
