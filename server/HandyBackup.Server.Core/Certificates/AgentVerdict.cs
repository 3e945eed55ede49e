using HandyBackup.Catalog;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>Which agent a certificate belongs to, or why it is refused: one of the two is null.</summary>
/// <param name="Agent">The agent, which the server works with.</param>
/// <param name="Refusal">Why whoever shows the certificate is not served.</param>
internal sealed record AgentVerdict(AgentIdentityRecord? Agent, ErrorInfo? Refusal);
