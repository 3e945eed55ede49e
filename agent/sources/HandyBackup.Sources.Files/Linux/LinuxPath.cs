using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using HandyBackup.Sources.Files.Linux.Native;

namespace HandyBackup.Sources.Files.Linux;

/// <summary>Paths as users write them on Linux.</summary>
[SupportedOSPlatform("linux")]
internal static unsafe class LinuxPath
{
    /// <summary>
    /// The tree path ('/' between names, none in front). A relative path starts at the working folder; <c>.</c> and <c>..</c> are taken
    /// away by name alone, without looking at links.
    /// </summary>
    public static byte[] Parse(string path)
    {
        byte[] raw = EscapedText.ToBytes(path);
        if (raw.Length == 0 || raw.AsSpan().Contains((byte)0))
        {
            throw new SourceException(SourceError.NotFound, $"'{path}' is no path.");
        }

        if (raw[0] != '/')
        {
            raw = [.. GetWorkingFolder(), (byte)'/', .. raw];
        }

        List<Range> parts = [];
        foreach (Range part in raw.AsSpan().Split((byte)'/'))
        {
            ReadOnlySpan<byte> name = raw.AsSpan()[part];
            if (name.SequenceEqual(".."u8))
            {
                if (parts.Count > 0)
                {
                    parts.RemoveAt(parts.Count - 1);
                }
            }
            else if (!name.IsEmpty && !name.SequenceEqual("."u8))
            {
                parts.Add(part);
            }
        }

        var tree = new List<byte>(raw.Length);
        foreach (Range part in parts)
        {
            if (tree.Count > 0)
            {
                tree.Add((byte)'/');
            }

            tree.AddRange(raw.AsSpan()[part]);
        }

        return [.. tree];
    }

    private static byte[] GetWorkingFolder()
    {
        const int Size = 4096;
        byte* buffer = stackalloc byte[Size];
        return LibcDirectory.GetWorkingFolder(buffer, Size) != null
            ? MemoryMarshal.CreateReadOnlySpanFromNullTerminated(buffer).ToArray()
            : throw SystemError.Reading(SystemError.Last);
    }
}
