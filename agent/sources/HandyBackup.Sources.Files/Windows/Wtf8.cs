using System.Buffers;
using System.Text;

namespace HandyBackup.Sources.Files.Windows;

/// <summary>
/// Windows names are any 16-bit units, text or not. WTF-8 (simonsapin.github.io/wtf-8) is UTF-8 that keeps lone surrogates too, as three
/// bytes each, so that a name comes back as it was.
/// </summary>
internal static class Wtf8
{
    public static byte[] Encode(ReadOnlySpan<char> name)
    {
        var bytes = new ArrayBufferWriter<byte>((name.Length * 3) + 1);
        while (!name.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(name, out Rune rune, out int length) == OperationStatus.Done)
            {
                bytes.Advance(rune.EncodeToUtf8(bytes.GetSpan(4)));
            }
            else
            {
                char unit = name[0];
                length = 1;
                bytes.Write([(byte)(0xE0 | (unit >> 12)), (byte)(0x80 | ((unit >> 6) & 0x3F)), (byte)(0x80 | (unit & 0x3F))]);
            }

            name = name[length..];
        }

        return bytes.WrittenSpan.ToArray();
    }

    /// <exception cref="SourceException"><see cref="SourceError.NotWritten"/>: the bytes are no name that Windows can have.</exception>
    public static string Decode(ReadOnlySpan<byte> name)
    {
        var text = new StringBuilder(name.Length);
        while (!name.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(name, out Rune rune, out int length) == OperationStatus.Done)
            {
                text.Append(rune);
            }
            else if (IsSurrogate(name))
            {
                length = 3;
                text.Append((char)(((name[0] & 0xF) << 12) | ((name[1] & 0x3F) << 6) | (name[2] & 0x3F)));
            }
            else
            {
                throw new SourceException(SourceError.NotWritten, "The name is no text, and Windows cannot keep it.");
            }

            name = name[length..];
        }

        return text.ToString();
    }

    private static bool IsSurrogate(ReadOnlySpan<byte> name) =>
        name.Length >= 3 && name[0] == 0xED && name[1] is >= 0xA0 and <= 0xBF && name[2] is >= 0x80 and <= 0xBF;
}
