using System.Text;

namespace HandyBackup.Sources.Files.Excludes;

/// <summary>Reads patterns. What they mean is described at <see cref="FilesOptions.Exclude"/>.</summary>
/// <param name="isWindows">True for the rules of Windows: <c>\</c> separates like <c>/</c>, and case does not matter.</param>
internal sealed class GlobParser(bool isWindows)
{
    /// <summary>Reads one pattern.</summary>
    /// <exception cref="FormatException">The pattern is not valid; the message says why.</exception>
    public GlobPattern Parse(string pattern)
    {
        string text = isWindows ? pattern.Replace('\\', '/') : pattern;
        bool isNegated = text.StartsWith('!');
        text = isNegated ? text[1..] : text;
        bool foldersOnly = text.EndsWith('/');
        bool isAnchored = text.StartsWith('/');
        string[] parts = text.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length == 0)
        {
            throw new FormatException("It names nothing.");
        }

        if (isWindows && parts[0].Length == 2 && parts[0][1] == ':' && char.IsAsciiLetter(parts[0][0]))
        {
            parts[0] = parts[0][..1];
            isAnchored = true;
        }

        List<GlobSegment> segments = isAnchored ? [] : [GlobSegment.AnyFolders];
        foreach (string part in parts)
        {
            GlobSegment segment = part == "**" ? GlobSegment.AnyFolders : new GlobSegment(ParseName(part), isWindows);
            if (segment != GlobSegment.AnyFolders || segments.Count == 0 || segments[^1] != GlobSegment.AnyFolders)
            {
                segments.Add(segment);
            }
        }

        if (segments[^1] == GlobSegment.AnyFolders)
        {
            segments.Add(GlobSegment.AnyName);
        }

        return segments.Count <= GlobPattern.MaximumSegments
            ? new GlobPattern([.. segments], isNegated, foldersOnly)
            : throw new FormatException($"It has more than {GlobPattern.MaximumSegments} parts.");
    }

    private GlobToken[] ParseName(string text)
    {
        List<GlobToken> tokens = [];
        int at = 0;
        while (at < text.Length)
        {
            switch (text[at])
            {
                case '*':
                    if (tokens.Count == 0 || !tokens[^1].IsAnyRun)
                    {
                        tokens.Add(GlobToken.AnyRun);
                    }

                    at++;
                    break;
                case '?':
                    tokens.Add(GlobToken.AnyOne);
                    at++;
                    break;
                case '[':
                    tokens.Add(ParseChoice(text, ref at));
                    break;
                default:
                    tokens.Add(GlobToken.Literal(ParseUnit(text, ref at)));
                    break;
            }
        }

        return [.. tokens];
    }

    private GlobToken ParseChoice(string text, ref int at)
    {
        int start = at++;
        bool isNegated = at < text.Length && text[at] is '!' or '^';
        at += isNegated ? 1 : 0;
        List<(int Low, int High)> ranges = [];
        do
        {
            if (at >= text.Length)
            {
                throw new FormatException($"The '[' at position {start + 1} of '{text}' is not closed.");
            }

            int low = ParseUnit(text, ref at);
            int high = low;
            if (at + 1 < text.Length && text[at] == '-' && text[at + 1] != ']')
            {
                at++;
                high = ParseUnit(text, ref at);
            }

            if (high < low)
            {
                throw new FormatException($"A range in '{text}' runs backwards.");
            }

            ranges.Add((low, high));
        }
        while (at >= text.Length || text[at] != ']');

        at++;
        return GlobToken.Choice([.. ranges], isNegated);
    }

    private int ParseUnit(string text, ref int at)
    {
        if (!isWindows && text[at] == '\\')
        {
            if (EscapedText.TryReadEscape(text.AsSpan(at), out byte value))
            {
                at += 4;
                return GlobToken.ByteUnit(value);
            }

            at++;
            if (at == text.Length)
            {
                throw new FormatException("It ends with a single '\\'.");
            }
        }

        if (!Rune.TryGetRuneAt(text, at, out Rune rune))
        {
            throw new FormatException("It is not valid Unicode.");
        }

        at += rune.Utf16SequenceLength;
        return rune.Value;
    }
}
