"""What each figure of agreement says, in a sentence, with its formula and its source: the page explains itself."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One figure: how it is called, what it says, the formula in plain signs, who proposed it."""

    label: str
    says: str
    formula: str
    source: str


FIGURES = {
    "agree": Figure(
        "Percent agreement",
        "The share of shared claims on which both take the same position.",
        "equal positions / n",
        "Plain count.",
    ),
    "s": Figure(
        "S",
        "From 1 (always the same side) over 0 to −1 (always opposite sides); neutral lies half way.",
        "1 − 2 · Σ|a − b| / (2n), with supports 1, neutral and mixed 0, disputes −1",
        "Signorino and Ritter, International Studies Quarterly 43 (1999).",
    ),
    "kappa": Figure(
        "Cohen’s kappa",
        "How much more often they agree than two would by chance who take each position as often as these two do.",
        "(agree − chance) / (1 − chance)",
        "Cohen, Educational and Psychological Measurement 20 (1960).",
    ),
    "kappa_linear": Figure(
        "Kappa, linear weights",
        "The same, where supports against disputes counts twice as far apart as either against neutral.",
        "1 − observed distance / distance by chance",
        "Cohen, Psychological Bulletin 70 (1968).",
    ),
    "pi": Figure(
        "Scott’s pi",
        "As kappa, but chance is reckoned from the positions of both together.",
        "(agree − chance) / (1 − chance), chance = Σ p²",
        "Scott, Public Opinion Quarterly 19 (1955).",
    ),
}
"""The figures of a pair, in the order in which the page shows them."""

GROUP_FIGURES = {
    "alpha": Figure(
        "Krippendorff’s alpha",
        "How far the whole group agrees beyond chance, whatever number of members has a position on a claim.",
        "1 − observed disagreement / expected disagreement",
        "Krippendorff, Content Analysis (2004).",
    ),
    "rice": Figure(
        "Rice index",
        "How one-sided a claim is: 1 if all who take a side take the same, 0 if they are split in half.",
        "|Y − N| / (Y + N)",
        "Rice, Quantitative Methods in Politics (1928).",
    ),
    "agreement_index": Figure(
        "Agreement index",
        "The same with neutral as a third position: 1 if all are equal, 0 if split evenly in three.",
        "(max − (Y + N + A − max) / 2) / (Y + N + A)",
        "Hix, Noury and Roland, British Journal of Political Science 35 (2005).",
    ),
}
"""The figures of a group."""

CODING_FIGURES = {
    "u_alpha": Figure(
        "Krippendorff’s alpha for unitizing",
        "How far the marked stretches of text coincide, code point by code point: 1 is complete agreement, 0 what "
        "chance would give. A border between two touching stretches is not seen by it; spans inside others of the "
        "same coder are left out.",
        "1 − observed disagreement / expected disagreement, weighted by length",
        "Krippendorff, Mathet, Bouvry and Widlöcher, Quality & Quantity 50 (2016).",
    ),
    "agree": Figure(
        "Percent agreement",
        "The share of units to which all who marked them gave the same value.",
        "equal units / n",
        "Plain count.",
    ),
    "alpha": Figure(
        "Krippendorff’s alpha, nominal",
        "How far the values agree beyond chance, whatever number of coders marked a unit: 1 is complete agreement, 0 "
        "what chance would give. Krippendorff relies on data from 0.800 and draws tentative conclusions from 0.667.",
        "1 − observed disagreement / expected disagreement",
        "Krippendorff, Computing Krippendorff’s Alpha-Reliability (2011).",
    ),
    "cohen": Figure(
        "Cohen’s kappa",
        "The same question for exactly two coders, where chance is reckoned from what each of them chose how often.",
        "(agree − chance) / (1 − chance)",
        "Cohen, Educational and Psychological Measurement 20 (1960).",
    ),
    "fleiss": Figure(
        "Fleiss’ kappa",
        "For any number of coders, over the units that all of them marked; chance is reckoned from all together.",
        "(agree − chance) / (1 − chance), chance = Σ p²",
        "Fleiss, Psychological Bulletin 76 (1971).",
    ),
}
"""The figures of agreement between coders."""
