using System.Buffers;
using System.Globalization;
using System.Text;

namespace HandyBackup.Sources.Files;

/// <summary>
/// Paths as people write them, and their raw bytes. A byte that is no text is written <c>\xHH</c>; everything else stands for itself.
/// The same rule as the items' names have in the panel, so that a path can be copied from there.
/// </summary>
internal static class EscapedText
{
    private const int EscapeLength = 4;

    public static byte[] ToBytes(string text)
    {
        var bytes = new ArrayBufferWriter<byte>(text.Length + EscapeLength);
        ReadOnlySpan<char> rest = text;
        while (!rest.IsEmpty)
        {
            int plain = 0;
            while (plain < rest.Length && !TryReadEscape(rest[plain..], out _))
            {
                plain++;
            }

            Encoding.UTF8.GetBytes(rest[..plain], bytes);
            rest = rest[plain..];
            if (TryReadEscape(rest, out byte value))
            {
                bytes.Write([value]);
                rest = rest[EscapeLength..];
            }
        }

        return bytes.WrittenSpan.ToArray();
    }

    public static string ToText(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        while (!bytes.IsEmpty)
        {
            bool isValid = Rune.DecodeFromUtf8(bytes, out Rune rune, out int length) == OperationStatus.Done;
            if (!isValid)
            {
                length = 1;
            }

            if (!isValid || Rune.IsControl(rune) || (rune.Value == '\\' && ReadsAsEscape(bytes)))
            {
                foreach (byte value in bytes[..length])
                {
                    text.Append(CultureInfo.InvariantCulture, $"\\x{value:X2}");
                }
            }
            else
            {
                text.Append(rune);
            }

            bytes = bytes[length..];
        }

        return text.ToString();
    }

    /// <summary>Reads <c>\xHH</c> at the start of the text.</summary>
    public static bool TryReadEscape(ReadOnlySpan<char> text, out byte value)
    {
        value = 0;
        return text.Length >= EscapeLength && text[0] == '\\' && text[1] == 'x'
            && byte.TryParse(text.Slice(2, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }

    private static bool ReadsAsEscape(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= EscapeLength && bytes[1] == 'x' && char.IsAsciiHexDigit((char)bytes[2]) && char.IsAsciiHexDigit((char)bytes[3]);
}
