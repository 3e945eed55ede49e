using System.Buffers.Text;

namespace HandyBackup.Sources.Files.Linux;

/// <summary>
/// Paths through <c>/proc/self/fd</c> (proc(5)), for the calls that take no descriptor. They lead to the very inode that is open, or to a
/// name in the very folder that is, whatever happened to their names meanwhile.
/// </summary>
internal static class ProcPath
{
    /// <summary>Enough for the prefix, a descriptor, a name of 255 bytes and the final 0.</summary>
    public const int MaximumLength = 300;

    private static ReadOnlySpan<byte> Prefix => "/proc/self/fd/"u8;

    /// <summary>Writes the path of a descriptor, or of a name in it.</summary>
    /// <returns>The path with its final 0.</returns>
    public static Span<byte> Format(Span<byte> buffer, int descriptor, ReadOnlySpan<byte> terminatedName)
    {
        Prefix.CopyTo(buffer);
        Utf8Formatter.TryFormat(descriptor, buffer[Prefix.Length..], out int digits);
        int length = Prefix.Length + digits;
        if (terminatedName.IsEmpty)
        {
            buffer[length] = 0;
            return buffer[..(length + 1)];
        }

        buffer[length++] = (byte)'/';
        terminatedName.CopyTo(buffer[length..]);
        return buffer[..(length + terminatedName.Length)];
    }

    /// <summary>Makes sure that such paths work here.</summary>
    /// <exception cref="SourceException"><see cref="SourceError.Unavailable"/>.</exception>
    public static void Require()
    {
        if (!Directory.Exists("/proc/self/fd"))
        {
            throw new SourceException(SourceError.Unavailable, "The proc file system is not mounted on /proc.")
            {
                Advice = "Mount it: extended attributes and links cannot be handled safely without it.",
            };
        }
    }
}
