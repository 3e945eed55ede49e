using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>What a name of a repository, task, agent or group may look like.</summary>
internal static class NameRule
{
    /// <summary>The most characters that a name may have.</summary>
    public const int MaximumLength = 64;

    // Wildcards select names, quotes delimit them in scripts, and slashes separate them in paths of the panel's drive.
    private const string Reserved = "*?[]'\"`/\\";

    /// <summary>Refuses a name that could not be typed, selected or shown.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.InvalidArgument"/>.</exception>
    public static void Check(string name, string what)
    {
        string? fault = Fault(name);
        if (fault is not null)
        {
            throw new HandyBackupException(ErrorCode.InvalidArgument, $"'{ItemName.ToText(System.Text.Encoding.UTF8.GetBytes(name ?? ""))}' cannot be the name of a {what}: {fault}.")
            {
                Target = name,
                Advice = $"Use 1 to {MaximumLength} characters, none of them a control character, a wildcard (*?[]), a quotation mark or a slash.",
            };
        }
    }

    private static string? Fault(string? name)
    {
        if (string.IsNullOrWhiteSpace(name))
        {
            return "it is empty";
        }

        if (name.Length > MaximumLength)
        {
            return $"it has {name.Length} characters";
        }

        if (char.IsWhiteSpace(name[0]) || char.IsWhiteSpace(name[^1]))
        {
            return "it begins or ends with a space";
        }

        for (int i = 0; i < name.Length; i++)
        {
            if (char.IsControl(name[i]))
            {
                return "it has a control character";
            }

            if (Reserved.Contains(name[i], StringComparison.Ordinal))
            {
                return $"it has the character {name[i]}";
            }

            if (char.IsHighSurrogate(name[i]) && i + 1 < name.Length && char.IsLowSurrogate(name[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(name[i]))
            {
                return "it is not valid Unicode";
            }
        }

        return null;
    }
}
