using System.Text;

namespace HandyBackup.Sources.Files.Tests.Excludes;

/// <summary>
/// What patterns mean, written as plainly as possible and as slow as that is: whole paths, plain recursion. For ASCII only.
/// </summary>
internal static class NaiveGlob
{
    /// <summary>True if the item is left out, or a folder above it is.</summary>
    public static bool IsExcluded(IReadOnlyList<string> patterns, string path, bool isFolder)
    {
        string[] names = path.Split('/');
        for (int length = 1; length <= names.Length; length++)
        {
            bool isExcluded = false;
            foreach (string pattern in patterns)
            {
                bool isNegated = pattern.StartsWith('!');
                if (Matches(isNegated ? pattern[1..] : pattern, names[..length], isFolder || length < names.Length))
                {
                    isExcluded = !isNegated;
                }
            }

            if (isExcluded)
            {
                return true;
            }
        }

        return false;
    }

    private static bool Matches(string pattern, string[] names, bool isFolder)
    {
        if (pattern.EndsWith('/') && !isFolder)
        {
            return false;
        }

        List<string> parts = [.. pattern.Split('/', StringSplitOptions.RemoveEmptyEntries)];
        if (!pattern.StartsWith('/'))
        {
            parts.Insert(0, "**");
        }

        if (parts[^1] == "**")
        {
            parts.Add("*");
        }

        return MatchesParts(parts, names);
    }

    private static bool MatchesParts(IReadOnlyList<string> parts, string[] names)
    {
        if (parts.Count == 0 || names.Length == 0)
        {
            return parts.All(part => part == "**") && names.Length == 0;
        }

        string[] rest = [.. parts.Skip(1)];
        return parts[0] == "**"
            ? MatchesParts(rest, names) || MatchesParts(parts, names[1..])
            : MatchesName(parts[0], names[0]) && MatchesParts(rest, names[1..]);
    }

    private static bool MatchesName(string pattern, string name)
    {
        if (pattern.Length == 0)
        {
            return name.Length == 0;
        }

        switch (pattern[0])
        {
            case '*':
                return MatchesName(pattern[1..], name) || (name.Length > 0 && MatchesName(pattern, name[1..]));
            case '?':
                return name.Length > 0 && MatchesName(pattern[1..], name[1..]);
            case '[':
                int end = pattern.IndexOf(']', StringComparison.Ordinal);
                string choice = pattern[1..end];
                bool isNegated = choice[0] == '!';
                choice = isNegated ? choice[1..] : choice;
                return name.Length > 0 && (Expand(choice).Contains(name[0], StringComparison.Ordinal) != isNegated) && MatchesName(pattern[(end + 1)..], name[1..]);
            default:
                return name.Length > 0 && name[0] == pattern[0] && MatchesName(pattern[1..], name[1..]);
        }
    }

    private static string Expand(string choice)
    {
        var all = new StringBuilder();
        for (int i = 0; i < choice.Length; i++)
        {
            if (i + 2 < choice.Length && choice[i + 1] == '-')
            {
                for (char c = choice[i]; c <= choice[i + 2]; c++)
                {
                    all.Append(c);
                }

                i += 2;
            }
            else
            {
                all.Append(choice[i]);
            }
        }

        return all.ToString();
    }
}
