using System.Management.Automation;
using HandyBackup.Contracts;

namespace HandyBackup.Module.Commands;

/// <summary>Lists the tokens by which scripts use a server.</summary>
[Cmdlet(VerbsCommon.Get, "HBApiToken")]
[OutputType(typeof(HBApiToken))]
public sealed class GetApiTokenCommand : SessionCmdlet
{
    /// <summary>Names, with wildcards.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ObjectProperty("Name")]
    [SupportsWildcards]
    public string?[]? Name { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        HBSession session = CurrentSession;
        foreach (string? name in NameFilter.OrAll(Name))
        {
            bool found = false;
            await foreach (ApiTokenInfo info in session.Connection.ApiTokens.ListAsync(new ApiTokenQuery { Name = name }, cancellationToken))
            {
                found = true;
                Emit(new HBApiToken(info, session));
            }

            if (!found && NameFilter.IsExact(name))
            {
                Report(NotFound.ApiToken(name));
            }
        }
    }
}
