using System.Collections;

namespace HandyBackup.Shell;

/// <summary>What follows a script on the command line, as <c>pwsh -File</c> understands it: text, never evaluated.</summary>
/// <param name="Named">Values by parameter name; true for a switch.</param>
/// <param name="Positional">Values without a name, in order.</param>
internal sealed record ScriptParameters(Hashtable Named, object[] Positional)
{
    /// <summary>Understands <c>-Name value</c>, <c>-Name:value</c>, <c>-Switch</c> and positional values.</summary>
    public static ScriptParameters Parse(IReadOnlyList<string> arguments)
    {
        var named = new Hashtable(StringComparer.OrdinalIgnoreCase);
        var positional = new List<object>();
        for (int i = 0; i < arguments.Count; i++)
        {
            string argument = arguments[i];
            int colon = argument.IndexOf(':', StringComparison.Ordinal);
            if (!IsName(argument))
            {
                positional.Add(argument);
            }
            else if (colon > 0)
            {
                named[argument[1..colon]] = SwitchOrText(argument[(colon + 1)..]);
            }
            else if (i + 1 < arguments.Count && !IsName(arguments[i + 1]))
            {
                named[argument[1..]] = arguments[++i];
            }
            else
            {
                named[argument[1..]] = true;
            }
        }

        return new ScriptParameters(named, [.. positional]);
    }

    private static bool IsName(string argument) => argument.Length > 1 && argument[0] == '-' && char.IsLetter(argument[1]);

    // pwsh understands -Switch:$true and -Switch:$false on the command line and no other expression.
    private static object SwitchOrText(string value) => value.ToLowerInvariant() switch
    {
        "$true" => true,
        "$false" => false,
        _ => value,
    };
}
