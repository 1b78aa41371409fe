/**
 * Every local bound and decode ceiling, the unit last in its name. What decides validity is a chain
 * parameter instead (chain/parameters.ts): two nodes with other limits must still agree.
 */

// One record
export const ENVELOPE_BYTES_MAX = 65_535
export const JSON_DEPTH_MAX = 32
export const NAME_CHARS_MAX = 128
export const TEXT_CHARS_MAX = 8_192
export const EDGES_MAX = 256

// One block
export const HEADER_BYTES_MAX = 1_024
export const BODY_BYTES_MAX = 1_048_576
export const BLOCK_RECORDS_MAX = 1_000
export const BLOCK_EVIDENCE_MAX = 32
export const EVIDENCE_BYTES_MAX = 2 * ENVELOPE_BYTES_MAX + 1_024

// A chain
export const COMMITTEE_MEMBERS_MAX = 31
export const GENESIS_BYTES_MAX = 1_048_576
export const PERSONS_PER_ORGANISATION_MAX = 1_000
export const NONCE_WINDOW = 1_024

// A replica
export const POOL_RECORDS_MAX = 20_000
export const POOL_BYTES_MAX = 52_428_800
/** The part of the pool that one organisation may fill. */
export const POOL_SHARE_MAX = 0.25
export const EXECUTION_SLICE_RECORDS = 32
export const VERIFY_JOBS_MAX = 8_192
export const RECORD_CACHE_MAX = 40_000
export const FUTURE_MESSAGES_PER_MEMBER_MAX = 4
export const GOSSIP_BATCH_BYTES_MAX = 262_144
export const GOSSIP_BATCH_RECORDS_MAX = 128
export const CATCH_UP_RANGE_BLOCKS_MAX = 16
export const CATCH_UP_RANGE_BYTES_MAX = 4_194_304
export const CATCH_UP_TIMEOUT_MS = 5_000
export const CATCH_UP_PEERS_MIN = 2
export const EVIDENCE_POOL_MAX = 256
export const REBROADCAST_MS = 1_000
export const SELF_CHECK_HEADERS = 100

// The wire
export const FRAME_BYTES_MAX = 1_310_720
export const VOTE_BYTES_MAX = 512
export const BUNDLE_VOTES_MAX = 2 * COMMITTEE_MEMBERS_MAX

// Receipts
export const RECEIPT_BYTES_MAX = 67_108_864
export const RECEIPT_RECORDS_MAX = 10_000
export const LINEAGE_DEPTH_MAX = 1_000
export const LINEAGE_NODES_MAX = 10_000

// Artefacts
export const MANIFEST_FILES_MAX = 1_000_000
export const MANIFEST_BYTES_MAX = 268_435_456
export const PATH_BYTES_MAX = 4_096
export const CHUNK_BYTES = 1_048_576
