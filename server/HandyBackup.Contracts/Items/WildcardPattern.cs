namespace HandyBackup.Contracts;

/// <summary>
/// A name with wildcards as PowerShell has them: <c>*</c> any characters, <c>?</c> one character, <c>[abc]</c> and <c>[a-z]</c> one of these;
/// a backtick takes the next character as it is. Immutable, safe to share between threads.
/// </summary>
public sealed class WildcardPattern
{
    private readonly string _pattern;
    private readonly bool _ignoreCase;

    /// <summary>Takes a pattern; a <c>[</c> without its <c>]</c> stands for itself.</summary>
    /// <param name="pattern">The pattern.</param>
    /// <param name="ignoreCase">True to take upper and lower case as equal.</param>
    public WildcardPattern(string pattern, bool ignoreCase)
    {
        _pattern = pattern;
        _ignoreCase = ignoreCase;
    }

    /// <summary>True if the whole name fits. Takes at most time proportional to the product of both lengths, whatever the pattern.</summary>
    public bool IsMatch(string name)
    {
        int p = 0;
        int n = 0;
        int starPattern = -1;
        int starName = 0;
        while (n < name.Length)
        {
            if (p < _pattern.Length && _pattern[p] == '*')
            {
                starPattern = ++p;
                starName = n;
            }
            else if (p < _pattern.Length && MatchesOne(name[n], ref p))
            {
                n++;
            }
            else if (starPattern >= 0)
            {
                // The last star takes one character more: earlier stars need no second try.
                p = starPattern;
                n = ++starName;
            }
            else
            {
                return false;
            }
        }

        while (p < _pattern.Length && _pattern[p] == '*')
        {
            p++;
        }

        return p == _pattern.Length;
    }

    private bool MatchesOne(char character, ref int p)
    {
        char expected = _pattern[p];
        if (expected == '?')
        {
            p++;
            return true;
        }

        // The first character of a set may be its closing bracket.
        int close = expected == '[' && p + 2 < _pattern.Length ? _pattern.IndexOf(']', p + 2) : -1;
        if (close >= 0)
        {
            bool isInSet = IsInSet(character, p + 1, close);
            p = close + 1;
            return isInSet;
        }

        if (expected == '`' && p + 1 < _pattern.Length)
        {
            expected = _pattern[++p];
        }

        p++;
        return Fold(character) == Fold(expected);
    }

    private bool IsInSet(char character, int start, int end)
    {
        char folded = Fold(character);
        for (int i = start; i < end; i++)
        {
            if (i + 2 < end && _pattern[i + 1] == '-')
            {
                if (folded >= Fold(_pattern[i]) && folded <= Fold(_pattern[i + 2]))
                {
                    return true;
                }

                i += 2;
            }
            else if (folded == Fold(_pattern[i]))
            {
                return true;
            }
        }

        return false;
    }

    private char Fold(char character) => _ignoreCase ? char.ToUpperInvariant(character) : character;
}
