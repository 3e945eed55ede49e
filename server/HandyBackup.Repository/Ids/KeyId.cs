using HandyBackup.Contracts;

namespace HandyBackup.Repository;

/// <summary>The identity of a key file: the SHA-256 of its content.</summary>
/// <param name="Hash">The hash.</param>
public readonly record struct KeyId(Sha256Hash Hash)
{
    /// <inheritdoc/>
    public override string ToString() => Hash.ToString();
}
