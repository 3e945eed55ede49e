namespace HandyBackup.Contracts;

/// <summary>One part of a snapshot and where it goes.</summary>
/// <param name="Path">The item in the snapshot, escaped as <see cref="ItemName"/> says; empty for the whole snapshot.</param>
/// <param name="TargetPath">Its place below the destination; empty to put the content of the folder <paramref name="Path"/> right into the destination.</param>
public sealed record RestoreSelection(string Path, string TargetPath);
