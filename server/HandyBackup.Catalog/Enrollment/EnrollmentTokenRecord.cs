using HandyBackup.Contracts;

namespace HandyBackup.Catalog;

/// <summary>An enrolment token as the catalog keeps it.</summary>
/// <param name="Info">What everybody may see.</param>
/// <param name="SecretHash">The SHA-256 of its secret.</param>
public sealed record EnrollmentTokenRecord(EnrollmentTokenInfo Info, Sha256Hash SecretHash);
