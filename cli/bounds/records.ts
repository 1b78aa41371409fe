/** One row of a table or one element of a list: values by field. */
export type DataRecord = ReadonlyMap<string, unknown>

/** Longer than a row of data is: what has no end in sight is not data of the kind its name says. */
export const RECORD_CHARS_MAX = 4_194_304
export const FIELDS_MAX = 16_384

/** The file is not of the form that its name promises, so its values cannot be told. */
export class NotThisForm extends Error {
  override readonly name = 'NotThisForm'
}
