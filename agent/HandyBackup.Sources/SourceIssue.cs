namespace HandyBackup.Sources;

/// <summary>One item that cannot be shown or read as it should be.</summary>
/// <param name="Path">The item's raw path.</param>
/// <param name="Error">What went wrong.</param>
/// <param name="Reason">The reason in one sentence, usually the system's own.</param>
public sealed record SourceIssue(ReadOnlyMemory<byte> Path, SourceError Error, string Reason);
