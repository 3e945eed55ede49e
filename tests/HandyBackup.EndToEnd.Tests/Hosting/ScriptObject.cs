using System.Globalization;
using System.Management.Automation;

namespace HandyBackup.EndToEnd.Tests.Hosting;

/// <summary>Reads properties of what cmdlets return, as scripts do: the module's own types live in another load context.</summary>
internal static class ScriptObject
{
    /// <summary>A property, unwrapped; it must exist.</summary>
    public static object? Get(this PSObject item, string name) =>
        (item.Properties[name] ?? throw new InvalidOperationException($"{item.TypeNames[0]} has no property {name}.")).Value;

    /// <summary>A property as text.</summary>
    public static string Text(this PSObject item, string name) => Convert.ToString(item.Get(name), CultureInfo.InvariantCulture) ?? "";

    /// <summary>A property as a number.</summary>
    public static long Number(this PSObject item, string name) => Convert.ToInt64(item.Get(name), CultureInfo.InvariantCulture);
}
