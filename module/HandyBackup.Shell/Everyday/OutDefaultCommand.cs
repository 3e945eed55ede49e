using System.Management.Automation;
using EngineOutDefaultCommand = Microsoft.PowerShell.Commands.OutDefaultCommand;

namespace HandyBackup.Shell.Everyday;

/// <summary>
/// Out-Default that shows each type of the module in its own view. The engine's chooses one view, by the first object, for all of its input and shows
/// objects of other types as lists of all their properties: so a script that outputs a task and then its run would be unreadable.
/// </summary>
[Cmdlet(VerbsData.Out, "Default")]
public sealed class OutDefaultCommand : PSCmdlet, IDisposable
{
    private const string OurTypes = "HandyBackup.Module.";
    private const string FormattedTypes = "Microsoft.PowerShell.Commands.Internal.Format.";

    private SteppablePipeline? _engine;
    private string? _shownType;

    /// <summary>An object to show. Wrapped, because the wrapping tells errors from what is just output.</summary>
    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing() => Begin();

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        string? type = TypeOf(InputObject);
        if (type is not null && _shownType is not null && type != _shownType && (IsOurs(type) || IsOurs(_shownType)))
        {
            End();
            Begin();
        }

        _shownType = type ?? _shownType;
        _engine!.Process(InputObject);
    }

    /// <inheritdoc/>
    protected override void EndProcessing() => End();

    /// <inheritdoc/>
    public void Dispose() => _engine?.Dispose();

    private static bool IsOurs(string type) => type.StartsWith(OurTypes, StringComparison.Ordinal);

    // What needs no view (text, numbers, errors) has no type here; what a formatting command already made is one sequence.
    private static string? TypeOf(PSObject? value) => value switch
    {
        null or { BaseObject: string or ValueType or ErrorRecord or InformationalRecord } => null,
        _ when value.TypeNames[0].StartsWith(FormattedTypes, StringComparison.Ordinal) => FormattedTypes,
        _ => value.TypeNames[0],
    };

    private void Begin()
    {
        var command = new CmdletInfo("Out-Default", typeof(EngineOutDefaultCommand));
        _engine = ScriptBlock.Create("param($Command) & $Command").GetSteppablePipeline(CommandOrigin.Internal, [command]);
        _engine.Begin(this);
    }

    private void End()
    {
        _engine?.End();
        _engine?.Dispose();
        _engine = null;
    }
}
