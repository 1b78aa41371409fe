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
export const SCALARS_MAX = 256
export const SCALAR_CHARS_MAX = 1_024
export const SOFTWARE_MAX = 512
export const STEPS_MAX = 64
export const BOUNDS_MAX = 256
export const COMPONENTS_MAX = 64
export const COMPONENT_LEVELS_MAX = 4
export const PROCESSES_MAX = 64
export const SETTINGS_MAX = 512
export const DECISIONS_MAX = 32
export const ADVISORY_PACKAGES_MAX = 64
export const ADVISORY_VERSIONS_MAX = 1_024
export const ADVISORY_ALIASES_MAX = 64
/** A file in the OSV format that an advisory is made from. */
export const OSV_BYTES_MAX = 4_194_304
/** A longer version is compared with nothing. */
export const VERSION_CHARS_MAX = 256

// One block
export const HEADER_BYTES_MAX = 1_024
export const COMMIT_PROOF_BYTES_MAX = 4_096
export const BODY_BYTES_MAX = 1_048_576
export const BLOCK_RECORDS_MAX = 1_000
export const BLOCK_EVIDENCE_MAX = 32
export const EVIDENCE_BYTES_MAX = 2 * ENVELOPE_BYTES_MAX + 1_024

// A chain
export const COMMITTEE_MEMBERS_MAX = 31
export const GENESIS_BYTES_MAX = 1_048_576
export const PERSONS_PER_ORGANISATION_MAX = 1_000
export const ARTEFACT_TYPES_MAX = 32
export const TYPE_STATES_MAX = 32
export const TYPE_TRANSITIONS_MAX = 128
export const TRANSITION_DETAILS_MAX = 32
export const TRANSITION_ROLES_MAX = 16
export const ARCHITECTURE_RULES_MAX = 64
export const NONCE_WINDOW = 1_024
/** So often an organisation replaces its open proposal about one artefact until something is decided. */
export const PROPOSAL_REPLACEMENTS_MAX = 4

// A replica
export const POOL_RECORDS_MAX = 20_000
export const POOL_BYTES_MAX = 52_428_800
/** The part of the pool that one organisation may fill, in bytes and in records. */
export const POOL_SHARE_MAX = 0.25
export const EXECUTION_SLICE_RECORDS = 32
export const VERIFY_JOBS_MAX = 8_192
export const RECORD_CACHE_MAX = 8_192
export const RECORD_CACHE_BYTES_MAX = 67_108_864
/** Votes of views further from the present one only tell where their senders are. */
export const NEARBY_VIEWS_MAX = 64
export const FAR_MESSAGES_PER_MEMBER_MAX = 256
export const CANDIDATES_MAX = 16
export const SEEN_SIGNATURES_MAX = 4_096
export const FUTURE_MESSAGES_MAX = 256
export const GOSSIP_FLUSH_MS = 2
export const RESEND_RECORDS_MAX = 64
export const FUTURE_MESSAGES_PER_MEMBER_MAX = 4
export const GOSSIP_BATCH_BYTES_MAX = 262_144
export const GOSSIP_BATCH_RECORDS_MAX = 128
export const CATCH_UP_RANGE_BLOCKS_MAX = 16
export const CATCH_UP_RANGE_BYTES_MAX = 4_194_304
export const CATCH_UP_TIMEOUT_MS = 5_000
/** After so much of it, a member that was faster is asked for what another one owes. */
export const CATCH_UP_HURRY_MS = 500
/** Members that are asked for parts of one range at the same time. */
export const CATCH_UP_PEERS_MIN = 2
export const CATCH_UP_BUFFER_BLOCKS_MAX = 32
/** Per forwarding member: records and bytes a second before their signatures are looked at. */
export const FORWARDED_RECORDS_PER_SECOND = 4_000
export const FORWARDED_RECORDS_BURST = 12_000
export const FORWARDED_BYTES_PER_SECOND = 16_777_216
export const FORWARDED_BURST_BYTES = 67_108_864
/** Per forwarding member: records whose signatures wait to be checked, and the batches they came in. */
export const FORWARDED_RECORDS_WAITING_MAX = 4_096
export const FORWARDED_WAITING_BYTES_MAX = 16_777_216
/** Per asking member: what is read from the store for it, counting each block as SERVED_BLOCK_COST_BYTES more. */
export const SERVED_BLOCK_COST_BYTES = 16_384
export const SERVED_BYTES_PER_SECOND = 33_554_432
export const SERVED_BURST_BYTES = 67_108_864
/** Per member: consensus messages a second whose signatures are looked at. */
export const CONSENSUS_MESSAGES_PER_SECOND = 2_000
export const CONSENSUS_MESSAGES_BURST = 4_000
/** Per member: signatures of its messages that wait to be checked. */
export const CONSENSUS_CHECKS_WAITING_MAX = 512
/** Per member: how often it is told what we decided last. */
export const TIPS_PER_SECOND = 4
export const TIPS_BURST = 8
export const REBROADCAST_JITTER_MS = 200
export const EVIDENCE_POOL_MAX = 256
export const REBROADCAST_MS = 1_000
export const SELF_CHECK_HEADERS = 100

// The wire
export const FRAME_BYTES_MAX = 1_310_720
export const VOTE_BYTES_MAX = 512
export const BUNDLE_VOTES_MAX = 2 * COMMITTEE_MEMBERS_MAX
/** Frames that wait for one member's direct stream; the oldest give way. */
export const MEMBER_QUEUE_BYTES_MAX = 8_388_608
/** Per member: what is read from its direct stream, counting each frame as FRAME_COST_BYTES more. */
export const FRAMES_BYTES_PER_SECOND = 67_108_864
export const FRAMES_BURST_BYTES = 33_554_432
export const FRAME_COST_BYTES = 3_072
export const MEMBER_CONNECTIONS_MAX = 4
export const MEMBER_ADDRESSES_MAX = 24
export const REDIAL_MIN_MS = 200
export const REDIAL_MAX_MS = 5_000
/** Per forwarding member: gossip that waits for its verdict. More is ignored unseen. */
export const GOSSIP_PENDING_MAX = 256
export const GOSSIP_PENDING_BYTES_MAX = 8_388_608
/** A later verdict changes nothing: the message is forgotten. */
export const GOSSIP_VERDICT_MS = 3_000
/** One transmission of the gossip protocol: several messages, or a message and its neighbours' news. */
export const GOSSIP_RPC_BYTES_MAX = 1_310_720
/** Gossip that waits for a slow member; then its stream is reset and opened again. */
export const GOSSIP_BUFFER_BYTES_MAX = 8_388_608

// Receipts
export const RECEIPT_BYTES_MAX = 67_108_864
export const RECEIPT_RECORDS_MAX = 10_000
export const STATE_PROOF_SIBLINGS_MAX = 256
export const LINEAGE_DEPTH_MAX = 1_000
export const LINEAGE_NODES_MAX = 10_000
/** Edges and admissions of unknown ancestry together: beyond it, a lineage only counts. */
export const LINEAGE_EDGES_MAX = 50_000
/** Direct descendants of one artefact that a lineage counts where it goes no further. */
export const LINEAGE_COUNTED_MAX = 100
/** Direct descendants that a lineage names unasked. */
export const LINEAGE_CHILDREN_MAX = 20
/** Code points of a text of somebody's in a family tree. */
export const FAMILY_TEXT_CHARS_MAX = 256
/** Descendants that are counted one by one when somebody asks what is affected. */
export const AFFECTED_MAX = 100_000
/** Those of them that are named. */
export const AFFECTED_LISTED_MAX = 10_000
/** Records that one question reads whole: who took part, what differs. */
export const QUERY_RECORDS_MAX = 5_000
/** Records about one artefact that its story tells. */
export const STORY_RECORDS_MAX = 1_000
/** Phase records of one model that are looked at to say which phases have none. */
export const PHASES_COUNTED_MAX = 100_000
export const RESOLVE_MATCHES_MAX = 64
export const ARTEFACT_EVENTS_MAX = 256
/** Registrations of one content that are named, the first ones. */
export const REGISTRATIONS_MAX = 16
/** Those that are looked at to find the first. */
export const REGISTRATIONS_COUNTED_MAX = 100_000
/** Recalls, and advisories, that are named of one artefact and its ancestors. */
export const FLAGS_MAX = 256
/** Different packages that advisories are looked up for: of one family tree, or of all advisories. */
export const FLAG_PACKAGES_MAX = 4_096
/** Versions of packages that are kept of one family tree: of its certificates, and as many of their phases. */
export const FLAG_USES_MAX = 16_384
/** Packages of advisories that are looked up in artefacts with more than one page of packages. */
export const FLAG_LOOKUPS_MAX = 100_000
/** Advisories about one package that are read whole: those that still warn, and count for whoever asks. */
export const PACKAGE_ADVISORIES_MAX = 4_096
/** Advisories about the packages of one family tree that are looked at to find those, withdrawn ones too. */
export const FLAG_ADVISORIES_SEEN_MAX = 100_000
/** Index entries that are read in one go. */
export const INDEX_PAGE_ENTRIES = 1_000
/** Organisations, and accepted advisories, that the policy of whoever verifies may name. */
export const POLICY_ENTRIES_MAX = 1_024

// Artefacts
export const MANIFEST_FILES_MAX = 1_000_000
export const MANIFEST_BYTES_MAX = 268_435_456
export const PATH_BYTES_MAX = 4_096
export const CHUNK_BYTES = 1_048_576
/** Blobs of one chunk at most that are added to a node together, and their bytes. */
export const BLOB_BATCH_BLOBS_MAX = 4_096
export const BLOB_BATCH_BYTES_MAX = 16_777_216

// A node
/** Log entries that wait in memory for their barrier. */
export const WAL_BUFFER_BYTES_MAX = 8_388_608
/** A longer log is not read back: its height is given up (consensus rule W9). */
export const WAL_BYTES_MAX = 1_073_741_824
/** A log file that grew beyond this is cut when its height is over; a shorter one is overwritten in place. */
export const WAL_KEPT_BYTES_MAX = 67_108_864
/** What waits for its step: frames, gossip and submissions beyond this are refused. */
export const INBOX_INPUTS_MAX = 8_192
export const INBOX_BYTES_MAX = 67_108_864
/** The part of it that the frames of one member may fill. */
export const INBOX_SHARE_MAX = 0.25
export const SUBMISSIONS_MAX = 4_096
export const SETTLE_WAITERS_MAX = 4_096
/** Signatures that are checked between two turns of the event loop. */
export const VERIFY_SLICE_CHECKS = 32
