import type { Attack } from './attack.ts'

/**
 * About bytes, files, receipts and what a person is told, which a simulated world does not have: they
 * run on real processes (processes.ts).
 */
export const OUTSIDE_THE_SIMULATION: readonly Attack[] = [
  {
    id: 'T-P4',
    attacker: 'whoever stores an artefact',
    action: 'changes its bytes after registration',
    expected: 'fetching and verifying fail and name both digests',
    run: undefined,
  },
  {
    id: 'T-G1',
    attacker: 'whoever can write to the repository of the training data',
    action: 'poisons one file of it after certification, and lets a model be trained on it again',
    expected:
      'verify names the file; the step where it happened and what hangs on it are found; the new model has unknown ancestry',
    run: undefined,
  },
  {
    id: 'T-G2',
    attacker: 'whoever supplies a script or a library of the preprocessing',
    action: 'modifies the certified script, and brings another version of the library',
    expected:
      'verify names the script; all models made with it are listed; other code and another version show in the difference',
    run: undefined,
  },
  {
    id: 'T-G4',
    attacker: 'whoever distributes a model',
    action: 'swaps it for a degraded one',
    expected: 'verify says modified, or that the new one has no certificate',
    run: undefined,
  },
  {
    id: 'T-G5',
    attacker: 'whoever stands between a model and those who use its output',
    action: 'alters predictions that were certified as data of their model',
    expected:
      'verify says modified; not possible without signed outputs: to know other outputs, and that the model computed this one',
    run: undefined,
  },
  {
    id: 'T-S1',
    attacker: 'whoever runs the hub',
    action: 'replaces a model by malware',
    expected: 'verify fails before anything loads the file',
    run: undefined,
  },
  {
    id: 'T-S2',
    attacker: 'whoever made models with a vulnerable framework, and would rather not say so',
    action:
      'spells the package in another way, hands models on to other organisations, and withdraws what others warn of',
    expected:
      'an advisory lists all affected models and their descendants; verify names it, and refuses only by a policy; no withdrawal',
    run: undefined,
  },
  {
    id: 'T-M5',
    attacker: 'whoever collects data',
    action: 'adds noise beyond the bounds before certification, and within them afterwards',
    expected:
      'what violates the bounds is flagged, signed only with a yes, and shown to all; later noise is a modification',
    run: undefined,
  },
  {
    id: 'T-M6',
    attacker: 'a person of organisation 2 who stole a model of organisation 1',
    action: 'registers the exact copy under another name',
    expected:
      'show and verify of the copy name the first registration, certify asks; so does verify of renamed files; no changed copy is known',
    run: undefined,
  },
  {
    id: 'T-M8',
    attacker: 'whoever runs the hub, the way to the host, or the host',
    action: 'replaces the model there',
    expected: 'it is caught at each of the three points, and never gets the name of the model',
    run: undefined,
  },
  {
    id: 'T-M11',
    attacker: 'the owner of a model',
    action: 'retires it and denies that it ever was theirs',
    expected:
      'a receipt proves offline who signed for which organisation; other bytes and a changed receipt do not pass',
    run: undefined,
  },
]
