using System.Globalization;
using System.Text;

namespace HandyBackup.Module;

/// <summary>Text that is safe to show: a name from a foreign repository must not be able to drive the terminal.</summary>
internal static class PrintableText
{
    /// <summary>The text with each control character written as <c>\xHH</c>; the same instance where there is none.</summary>
    public static string Clean(string text)
    {
        int first = 0;
        while (first < text.Length && !char.IsControl(text[first]))
        {
            first++;
        }

        if (first == text.Length)
        {
            return text;
        }

        var clean = new StringBuilder(text.Length + 8);
        foreach (char c in text)
        {
            if (char.IsControl(c))
            {
                clean.Append("\\x").Append(((int)c).ToString("X2", CultureInfo.InvariantCulture));
            }
            else
            {
                clean.Append(c);
            }
        }

        return clean.ToString();
    }

    /// <summary>As <see cref="Clean"/>; null stays null.</summary>
    public static string? CleanOrNull(string? text) => text is null ? null : Clean(text);

    /// <summary>Each text cleaned.</summary>
    public static string[] CleanAll(IReadOnlyList<string> texts)
    {
        var clean = new string[texts.Count];
        for (int i = 0; i < clean.Length; i++)
        {
            clean[i] = Clean(texts[i]);
        }

        return clean;
    }
}
