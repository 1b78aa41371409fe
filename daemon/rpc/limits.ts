/** Bounds of the local API. Its callers are members of the organisation, but their programs have bugs. */

export const HEADERS_MS_MAX = 10_000
export const HEADER_BYTES_MAX = 16_384
export const KEEP_ALIVE_MS = 5_000
/** Silence on a connection, beyond the longest long poll. */
export const QUIET_MS_MAX = 120_000
export const CONNECTIONS_MAX = 100
export const JSON_BODY_BYTES_MAX = 2_097_152
/** The names and CIDs of about a quarter of a million files. */
export const DIRECTORY_BODY_BYTES_MAX = 33_554_432
/** Blobs on their way in, and contents on their way out. */
export const TRANSFERS_MAX = 16
export const EVENT_CLIENTS_MAX = 32
/** What one client of the events may have to read still. */
export const EVENT_QUEUE_BYTES_MAX = 1_048_576
export const EVENT_HEARTBEAT_MS = 15_000
/** Admitted records whose bytes are remembered until they settle. */
export const PENDING_RECORDS_MAX = 1_024
/** How long a query may go on while votes and other requests wait. */
export const QUERY_SLICE_MS = 5
/** Manifests of directories that are being read file by file. */
export const MANIFESTS_CACHED_MAX = 2
