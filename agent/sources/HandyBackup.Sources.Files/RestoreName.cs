namespace HandyBackup.Sources.Files;

/// <summary>Names come from a repository that may be hostile: what is no name of one item in one folder is refused.</summary>
internal static class RestoreName
{
    /// <exception cref="SourceException"><see cref="SourceError.DestinationEscapes"/>.</exception>
    public static void Check(ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty || name.SequenceEqual("."u8) || name.SequenceEqual(".."u8) || name.ContainsAny((byte)'/', (byte)0))
        {
            throw new SourceException(SourceError.DestinationEscapes, $"'{EscapedText.ToText(name)}' is no name that a file can have.");
        }
    }
}
