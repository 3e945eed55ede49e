using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Items;

namespace HandyBackup.Module.Commands;

/// <summary>Lists files and folders: live ones of an agent, or those of a snapshot.</summary>
[Cmdlet(VerbsCommon.Get, "HBItem")]
[OutputType(typeof(HBItem))]
public sealed class GetItemCommand : ItemCmdlet
{
    /// <summary>The folders whose content is listed, or files to show; the top when omitted.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [AllowEmptyString]
    public string[] Path { get; set; } = [""];

    /// <summary>List folders inside folders, too.</summary>
    [Parameter]
    public SwitchParameter Recurse { get; set; }

    /// <summary>Only items whose names match this wildcard.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string? Filter { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        HBSession session = CurrentSession;
        ItemQuery query = CreateQuery() with { Recurse = Recurse, Filter = Filter };
        foreach (string path in Path)
        {
            try
            {
                await foreach (Item item in session.Connection.Items.ListAsync(query with { Path = ItemPath.Normalize(path) }, cancellationToken))
                {
                    Emit(new HBItem(item, session));
                }
            }
            catch (HandyBackupException exception) when (!IsFatal(exception.Code) && !cancellationToken.IsCancellationRequested)
            {
                Report(exception);
            }
        }
    }
}
