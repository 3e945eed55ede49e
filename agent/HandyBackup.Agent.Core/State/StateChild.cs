using HandyBackup.Contracts;

namespace HandyBackup.Agent.Core.State;

/// <summary>A folder in a state file.</summary>
/// <param name="Offset">Where its record begins.</param>
/// <param name="Subtree">Its tree in the snapshot.</param>
/// <param name="IsOld">True if the offset is one of the file that is being read, false if it is one of the file that is being written.</param>
internal readonly record struct StateChild(long Offset, BlobId Subtree, bool IsOld);
