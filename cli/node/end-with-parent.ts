/**
 * Loaded into a node before its own code: when the command that started it is gone, even by SIGKILL,
 * the channel between them closes, and the node stops as if it had been asked to.
 */
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))
process.channel?.unref()
