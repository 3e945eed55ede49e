namespace HandyBackup.Contracts;

/// <summary>
/// A pattern for names, as PowerShell users write it: <c>*</c> any characters, <c>?</c> one, <c>[a-z]</c> one of these; a backtick takes the special
/// meaning from the next character. The whole name must fit. Safe to share.
/// </summary>
public sealed class WildcardPattern
{
    private readonly bool _ignoreCase;
    private readonly Element[] _elements;

    /// <summary>Prepares a pattern. Every text is one: a <c>[</c> without <c>]</c> stands for itself.</summary>
    /// <param name="pattern">The pattern.</param>
    /// <param name="ignoreCase">True if upper and lower case are the same.</param>
    public WildcardPattern(string pattern, bool ignoreCase)
    {
        _ignoreCase = ignoreCase;
        var elements = new List<Element>(pattern.Length);
        int at = 0;
        while (at < pattern.Length)
        {
            elements.Add(Parse(pattern, ref at));
        }

        _elements = [.. elements];
    }

    private enum Kind
    {
        Character,
        AnyOne,
        AnyRun,
        OneOf,
    }

    /// <summary>True if the name fits.</summary>
    public bool IsMatch(string name)
    {
        int at = 0;
        int element = 0;
        int runElement = -1;
        int runEnd = 0;
        while (at < name.Length)
        {
            if (element < _elements.Length && _elements[element].Kind == Kind.AnyRun)
            {
                // To begin with the run is empty; it grows when what follows it does not fit.
                runElement = element++;
                runEnd = at;
            }
            else if (element < _elements.Length && TryMatchOne(_elements[element], name, at, out int length))
            {
                at += length;
                element++;
            }
            else if (runElement >= 0)
            {
                at = ++runEnd;
                element = runElement + 1;
            }
            else
            {
                return false;
            }
        }

        while (element < _elements.Length && _elements[element].Kind == Kind.AnyRun)
        {
            element++;
        }

        return element == _elements.Length;
    }

    private static bool IsPair(string name, int at) =>
        char.IsHighSurrogate(name[at]) && at + 1 < name.Length && char.IsLowSurrogate(name[at + 1]);

    private Element Parse(string pattern, ref int at)
    {
        char c = pattern[at++];
        switch (c)
        {
            case '*':
                return new Element(Kind.AnyRun, default, null);
            case '?':
                return new Element(Kind.AnyOne, default, null);
            case '[' when pattern.IndexOf(']', at) is int end and >= 0:
                string set = pattern.Substring(at, end - at);
                at = end + 1;
                return new Element(Kind.OneOf, default, ParseRanges(set));
            case '`' when at < pattern.Length:
                return new Element(Kind.Character, Fold(pattern[at++]), null);
            default:
                return new Element(Kind.Character, Fold(c), null);
        }
    }

    // First and last character of each range, by turns.
    private char[] ParseRanges(string set)
    {
        var ranges = new List<char>(2 * set.Length);
        for (int i = 0; i < set.Length; i++)
        {
            bool isRange = i + 2 < set.Length && set[i + 1] == '-';
            ranges.Add(Fold(set[i]));
            ranges.Add(Fold(set[isRange ? i + 2 : i]));
            i += isRange ? 2 : 0;
        }

        return [.. ranges];
    }

    private bool TryMatchOne(Element element, string name, int at, out int length)
    {
        length = 1;
        switch (element.Kind)
        {
            case Kind.AnyOne:
                length = IsPair(name, at) ? 2 : 1;
                return true;
            case Kind.OneOf:
                return IsInRanges(Fold(name[at]), element.Ranges!);
            default:
                return element.Character == Fold(name[at]);
        }
    }

    private static bool IsInRanges(char c, char[] ranges)
    {
        for (int i = 0; i < ranges.Length; i += 2)
        {
            if (c >= ranges[i] && c <= ranges[i + 1])
            {
                return true;
            }
        }

        return false;
    }

    private char Fold(char c) => _ignoreCase ? char.ToUpperInvariant(c) : c;

    private readonly record struct Element(Kind Kind, char Character, char[]? Ranges);
}
