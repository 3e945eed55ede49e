namespace HandyBackup.Module.Agents.Machines;

/// <summary>Reads out of a program for which machines it was made.</summary>
internal static class ProgramFile
{
    private const int LargestHeader = 4096;

    /// <summary>The runtime, such as <c>win-arm64</c>; null if the file says nothing of it that this program knows.</summary>
    public static string? RuntimeOf(string path)
    {
        byte[] header = ReadHeader(path);
        if (header.Length > 20 && header[0] == 0x7F && header[1] == 'E' && header[2] == 'L' && header[3] == 'F')
        {
            // e_machine of elf(5), little-endian as both machines are.
            return (header[18] | (header[19] << 8)) switch
            {
                0x3E => "linux-x64",
                0xB7 => "linux-arm64",
                _ => null,
            };
        }

        return header.Length > 0x40 && header[0] == 'M' && header[1] == 'Z' ? RuntimeOfPortableExecutable(header) : null;
    }

    // "PE Format", learn.microsoft.com: the offset of the signature is at 0x3C, and Machine follows the signature.
    private static string? RuntimeOfPortableExecutable(byte[] header)
    {
        int signature = BitConverter.ToInt32(header, 0x3C);
        if (signature < 0 || signature + 6 > header.Length || header[signature] != 'P' || header[signature + 1] != 'E')
        {
            return null;
        }

        return (header[signature + 4] | (header[signature + 5] << 8)) switch
        {
            0x8664 => "win-x64",
            0xAA64 => "win-arm64",
            _ => null,
        };
    }

    private static byte[] ReadHeader(string path)
    {
        using FileStream stream = File.OpenRead(path);
        byte[] header = new byte[(int)Math.Min(LargestHeader, stream.Length)];
        int read = 0;
        while (read < header.Length && stream.Read(header, read, header.Length - read) is var count and > 0)
        {
            read += count;
        }

        return header;
    }
}
