using System.Globalization;
using System.Text;

namespace HandyBackup.Contracts;

/// <summary>
/// File names are bytes; people and PowerShell want text. This maps one to the other without loss: valid UTF-8 stays as it is;
/// bytes that are not, and control characters (which could play tricks on a terminal), become <c>\xHH</c>; a backslash that would
/// read as such an escape becomes <c>\x5C</c>.
/// </summary>
public static class ItemName
{
    /// <summary>The text for a name's (or a '/'-separated path's) raw bytes.</summary>
    public static string ToText(ReadOnlySpan<byte> name)
    {
        if (IsPlain(name))
        {
#if NET
            return Encoding.ASCII.GetString(name);
#else
            return Encoding.ASCII.GetString(name.ToArray());
#endif
        }

        var text = new StringBuilder(name.Length);
        while (!name.IsEmpty)
        {
            int length = Utf8Sequence.Length(name);
            if (length == 0)
            {
                AppendEscaped(text, name[0]);
                name = name.Slice(1);
            }
            else
            {
                AppendValid(text, name, length);
                name = name.Slice(length);
            }
        }

        return text.ToString();
    }

    /// <summary>The raw bytes for a text that <see cref="ToText"/> made or a person typed. Lone surrogates become <c>?</c>.</summary>
    public static byte[] ToBytes(string text)
    {
        if (text.IndexOf('\\') < 0)
        {
            return Encoding.UTF8.GetBytes(text);
        }

        var bytes = new List<byte>(text.Length + 8);
        int plainStart = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (!IsEscape(text, i))
            {
                continue;
            }

            bytes.AddRange(Encoding.UTF8.GetBytes(text.Substring(plainStart, i - plainStart)));
            bytes.Add((byte)((HexDigit.Value(text[i + 2]) << 4) | HexDigit.Value(text[i + 3])));
            i += 3;
            plainStart = i + 1;
        }

        bytes.AddRange(Encoding.UTF8.GetBytes(text.Substring(plainStart)));
        return bytes.ToArray();
    }

    private static bool IsPlain(ReadOnlySpan<byte> name)
    {
        foreach (byte b in name)
        {
            if (b is < 0x20 or >= 0x7F or (byte)'\\')
            {
                return false;
            }
        }

        return true;
    }

    private static void AppendValid(StringBuilder text, ReadOnlySpan<byte> name, int length)
    {
        byte first = name[0];
        if (first < 0x20 || first == 0x7F || (first == '\\' && IsEscape(name)))
        {
            AppendEscaped(text, first);
        }
        else if (length == 2 && first == 0xC2 && name[1] < 0xA0)
        {
            // The C1 control characters U+0080 to U+009F: some terminals obey them.
            AppendEscaped(text, first);
            AppendEscaped(text, name[1]);
        }
        else
        {
            text.Append(Encoding.UTF8.GetString(name.Slice(0, length).ToArray()));
        }
    }

    private static void AppendEscaped(StringBuilder text, byte value) =>
        text.Append("\\x").Append(value.ToString("X2", CultureInfo.InvariantCulture));

    private static bool IsEscape(string text, int at) =>
        text[at] == '\\' && at + 3 < text.Length && text[at + 1] == 'x' && HexDigit.Value(text[at + 2]) >= 0 && HexDigit.Value(text[at + 3]) >= 0;

    private static bool IsEscape(ReadOnlySpan<byte> name) =>
        name.Length > 3 && name[1] == 'x' && HexDigit.Value((char)name[2]) >= 0 && HexDigit.Value((char)name[3]) >= 0;
}
