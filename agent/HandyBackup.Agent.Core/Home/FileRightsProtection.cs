namespace HandyBackup.Agent.Core.Home;

/// <summary>The key as it is, PKCS#8 in a file that only its owner may read: as SSH and web servers keep theirs on Linux.</summary>
public sealed class FileRightsProtection : IKeyProtection
{
    /// <inheritdoc/>
    public string PemLabel => "PRIVATE KEY";

    /// <inheritdoc/>
    public byte[] Protect(byte[] key) => key;

    /// <inheritdoc/>
    public byte[] Unprotect(byte[] content) => content;
}
