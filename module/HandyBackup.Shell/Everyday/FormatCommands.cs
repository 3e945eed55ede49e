using System.Management.Automation;
using System.Reflection;
using Microsoft.PowerShell.Commands.Internal.Format;

namespace HandyBackup.Shell.Everyday;

/// <summary>Format-Table over the engine's own formatter.</summary>
[Cmdlet(VerbsCommon.Format, "Table")]
public sealed class FormatTableCommand : OuterFormatTableBase
{
    /// <summary>Creates the command.</summary>
    public FormatTableCommand() => EngineFormatter.Attach(this, "Table");
}

/// <summary>Format-List over the engine's own formatter.</summary>
[Cmdlet(VerbsCommon.Format, "List")]
public sealed class FormatListCommand : OuterFormatTableAndListBase
{
    /// <summary>Creates the command.</summary>
    public FormatListCommand() => EngineFormatter.Attach(this, "List");
}

/// <summary>
/// The engine has the formatter (it is what Out-Default uses) and public base classes for these commands, but the field that joins them is
/// internal: PowerShell's own Format-Table lives in an assembly with access to it. The engine's version is pinned, and tests run both commands.
/// </summary>
internal static class EngineFormatter
{
    private const string FormatNamespace = "Microsoft.PowerShell.Commands.Internal.Format.";

    /// <summary>Gives the command a formatter of the named shape.</summary>
    public static void Attach(FrontEndCommandBase command, string shape)
    {
        Assembly engine = typeof(FrontEndCommandBase).Assembly;
        Type shapeType = engine.GetType(FormatNamespace + "FormatShape", throwOnError: true)!;
        Type formatterType = engine.GetType(FormatNamespace + "InnerFormatShapeCommand", throwOnError: true)!;
        const BindingFlags flags = BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public;
        object? formatter = Activator.CreateInstance(formatterType, flags, binder: null, [Enum.Parse(shapeType, shape)], culture: null);
        typeof(FrontEndCommandBase).GetField("implementation", flags)!.SetValue(command, formatter);
    }
}
