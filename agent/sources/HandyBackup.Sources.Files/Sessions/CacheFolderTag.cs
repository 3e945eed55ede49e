namespace HandyBackup.Sources.Files.Sessions;

/// <summary>The file that marks a folder as a cache, which can be made again and need not be kept: the Cache Directory Tagging Specification, bford.info/cachedir.</summary>
internal static class CacheFolderTag
{
    public static ReadOnlySpan<byte> Name => "CACHEDIR.TAG"u8;

    public static ReadOnlyMemory<byte> TerminatedName { get; } = "CACHEDIR.TAG\0"u8.ToArray();

    private static ReadOnlySpan<byte> Signature => "Signature: 8a477f597d28d172789f06886806bc55"u8;

    /// <summary>True if the tag starts with the signature that the specification demands.</summary>
    /// <exception cref="SourceException">The tag cannot be read.</exception>
    public static bool IsValid(IFileTree tree, FileItem tag)
    {
        Span<byte> start = stackalloc byte[Signature.Length];
        return tree.ReadStart(tag, start) == start.Length && start.SequenceEqual(Signature);
    }
}
