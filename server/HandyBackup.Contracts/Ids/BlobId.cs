namespace HandyBackup.Contracts;

/// <summary>The identity of a blob: the SHA-256 of its plain content.</summary>
/// <param name="Hash">The hash.</param>
public readonly record struct BlobId(Sha256Hash Hash)
{
    /// <inheritdoc/>
    public override string ToString() => Hash.ToString();
}
