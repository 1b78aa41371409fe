import type { Phase } from '../../protocol/records/events/events.ts'

/**
 * What each phase asks, as a file to fill in. The examples are valid as they stand, so that nobody has
 * to guess a form; the names in them are meant to be replaced.
 */
export const PHASE_TEMPLATES: Readonly<Record<Phase, string>> = {
  requirements: `# What the model is for.
goal: tell good weld seams from bad ones
`,
  collection: `# How the data was acquired.
acquisition: camera above the belt, one picture a second
# sensorModel: Basler acA1920
# environment:            # named values
#   light: LED, 5600 K
# bounds:                 # a min, a max or both
#   - {field: temperature, min: -40, max: 85, unit: °C}
`,
  cleaning: `# What was done to the data, in order; nothing of a step may be left out.
steps:
  - method: drop rows without a label
    parameters: {column: label}
    software: pkg:pypi/pandas@2.3.0
    # command: python clean.py --column label
`,
  labelling: `# How labels came to be, and by whom.
method: two people, a third where they differ
instructions: a seam is bad when a gap is visible
software: pkg:pypi/label-studio@1.20.0
person: Carol Example    # a name; or ORG/NAME or the did:key of a registered person
`,
  features: `# Augmentation and features, in order; nothing of a step may be left out.
steps:
  - method: random rotation
    parameters: {degrees: 5}
    software: pkg:pypi/torchvision@0.23.0
`,
  training: `# What the training was told.
hyperparameters: {epochs: 20, learningRate: 0.001, seed: 7}
# software:
#   - purl: pkg:pypi/torch@2.8.0
# hardware: {gpu: H100, memory: 80 GB}
`,
  evaluation: `# What was measured.
metrics: {accuracy: 0.93, recall: 0.9}
# dataset: org1/test@1    # any ID of a dataset on the ledger; of a part of it:
# dataset: {id: org1/digits@1, subset: used.txt}  # names of its files, one a line; several: datasets: [...]
`,
  deployment: `# The pipeline that the model runs in.
pipeline: org1/infer@1     # any ID of a pipeline on the ledger
# place: press 4
`,
  monitoring: `# When to raise an alert.
thresholds:
  - {field: accuracy, min: 0.9}
`,
}

/** At the end of every template. */
export const DECISIONS_TEMPLATE = `# decisions:              # in free words, signed with the rest
#   - recall counts more than precision, because a bad seam is dangerous
`
