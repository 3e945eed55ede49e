using System.Runtime.Versioning;
using System.Security.Cryptography;

namespace HandyBackup.Agent.Core.Home;

/// <summary>The key sealed by Windows for this machine (DPAPI, LocalMachine): a copy of the disk's files opens nowhere else.</summary>
[SupportedOSPlatform("windows")]
public sealed class DpapiProtection : IKeyProtection
{
    /// <inheritdoc/>
    public string PemLabel => "DPAPI PROTECTED KEY";

    /// <inheritdoc/>
    public byte[] Protect(byte[] key) => ProtectedData.Protect(key, null, DataProtectionScope.LocalMachine);

    /// <inheritdoc/>
    public byte[] Unprotect(byte[] content) => ProtectedData.Unprotect(content, null, DataProtectionScope.LocalMachine);
}
