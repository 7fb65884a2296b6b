"""How well Rootline understands people, measured on messages nobody tuned it on, beside three other ways to do it.

    python -m evaluation            (`make evaluate`)     tables on the terminal and in evaluation/out/

The way of one run:

    rows ─▶ systems ─▶ matching ─▶ measures ─▶ tables
    labelled messages   what each reads   gold to read   figures   what a person looks at

docs/evaluation.md explains every figure; evaluation/data/README.md the labels.
"""
