/**
 * What a capture takes in at most, so that its memory is bounded whatever the command does. Beyond a
 * bound it counts, and its notes say so.
 */

/** Files of the project, and those that were named by hand. */
export const PROJECT_FILES_MAX = 100_000
/** Files outside the project, which become one entry. */
export const OUTSIDE_FILES_MAX = 50_000
export const ENDPOINTS_MAX = 1_000
/** Places outside the project that a command line names. */
export const ARGUMENT_PLACES_MAX = 64
/** Processes and threads at one time. */
export const PROCESSES_MAX = 50_000
/** Different programs that were started. */
export const PROGRAMS_MAX = 10_000
/** System calls that another thread's line has cut in two. */
export const UNFINISHED_CALLS_MAX = 10_000
/** Two paths of 4,096 bytes with each byte escaped, and what stands around them. */
export const TRACE_LINE_BYTES_MAX = 65_536
export const PATH_BYTES_MAX = 4_096

/** Files that are looked at before and after the command; the walk ends there. */
export const SNAPSHOT_FILES_MAX = 100_000
export const SNAPSHOT_DEPTH_MAX = 64
export const SNAPSHOT_MS_MAX = 5_000

/** Larger files are hashed when the command has ended, which leaves its disk to it. */
export const HASH_AT_SIGHT_BYTES_MAX = 268_435_456
export const HASH_CONCURRENT = 4
/** Of one file outside the project; a larger one counts by its name and size. */
export const OUTSIDE_HASH_BYTES_MAX = 67_108_864
/** Of all files outside the project. */
export const OUTSIDE_HASH_TOTAL_BYTES_MAX = 1_073_741_824

/** Of the file named by PEDIGREE_CAPTURE, and of what the Python hook writes. */
export const LOG_BYTES_MAX = 67_108_864
export const LOG_LINE_BYTES_MAX = 65_536
/** Parameters and metrics that the command declares. */
export const LOG_FACTS_MAX = 10_000
export const FACT_CHARS_MAX = 1_024
/** Sentences under one heading. */
export const SENTENCES_MAX = 200
/** Paths that a note names before it only counts. */
export const NAMED_IN_NOTE_MAX = 3

/** How often what was traced and logged is read. */
export const POLL_BUSY_MS = 1
export const POLL_MS = 10
export const POLL_IDLE_MS = 100
/** For processes that outlive the command. */
export const GRACE_MS = 500
export const PROBE_MS_MAX = 5_000
