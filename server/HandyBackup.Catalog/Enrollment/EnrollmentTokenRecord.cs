using HandyBackup.Contracts;

namespace HandyBackup.Catalog;

/// <summary>An enrolment token as the catalog keeps it.</summary>
/// <param name="Info">What everybody may see.</param>
/// <param name="SecretHash">The SHA-256 of its secret.</param>
/// <param name="AgentId">The agent whose place the machine takes that enrols with it; null for a token that makes new agents.</param>
public sealed record EnrollmentTokenRecord(EnrollmentTokenInfo Info, Sha256Hash SecretHash, Guid? AgentId = null);
