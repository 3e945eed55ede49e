using HandyBackup.Contracts;

namespace HandyBackup.Catalog;

/// <summary>Who an agent is, as the catalog keeps it.</summary>
/// <param name="Identity">What everybody may see.</param>
/// <param name="Serial">The serial number of its newest certificate, big-endian; null if it needs none.</param>
/// <param name="PreviousSerial">That of the certificate before, while the newest was not used yet; else null.</param>
/// <param name="EnrollmentKey">The SHA-256 of the public key that it enrolled with, until it was here for the first time after that; else null.</param>
public sealed record AgentIdentityRecord(AgentIdentity Identity, byte[]? Serial = null, byte[]? PreviousSerial = null, byte[]? EnrollmentKey = null);
