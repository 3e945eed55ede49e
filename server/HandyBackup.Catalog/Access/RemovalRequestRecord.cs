using HandyBackup.Contracts;

namespace HandyBackup.Catalog;

/// <summary>Something that waits for a second administrator, as the catalog keeps it.</summary>
/// <param name="Request">What everybody who may approve sees.</param>
/// <param name="Arguments">What is to be carried out, as JSON. No secret.</param>
/// <param name="CallerKind">What sort of caller asked.</param>
/// <param name="CallerId">The account that asked; null for the local administrator.</param>
public sealed record RemovalRequestRecord(RemovalRequest Request, string Arguments, CallerKind CallerKind, string? CallerId);
