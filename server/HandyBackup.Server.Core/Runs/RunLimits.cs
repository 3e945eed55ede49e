namespace HandyBackup.Server.Core;

/// <summary>How many runs work at once; the others are queued.</summary>
/// <param name="Total">On the whole server, at least 1.</param>
/// <param name="PerRepository">On one repository, at least 1.</param>
public sealed record RunLimits(int Total = 4, int PerRepository = 2);
