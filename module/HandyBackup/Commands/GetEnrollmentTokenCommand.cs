using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Completion;

namespace HandyBackup.Module.Commands;

/// <summary>Lists the tokens with which machines become agents, newest first.</summary>
[Cmdlet(VerbsCommon.Get, "HBEnrollmentToken")]
[OutputType(typeof(HBEnrollmentToken))]
public sealed class GetEnrollmentTokenCommand : SessionCmdlet
{
    /// <summary>Ids, with wildcards.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Id")]
    [ObjectProperty("TokenId")]
    [ArgumentCompleter(typeof(EnrollmentTokenIdCompleter))]
    [SupportsWildcards]
    public string?[]? TokenId { get; set; }

    /// <summary>Only tokens in this state.</summary>
    [Parameter]
    public EnrollmentTokenState? State { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        HBSession session = CurrentSession;
        foreach (string? id in NameFilter.OrAll(TokenId))
        {
            bool found = false;
            await foreach (EnrollmentTokenInfo info in session.Connection.EnrollmentTokens.ListAsync(cancellationToken))
            {
                if (NameFilter.Matches(id, info.Id))
                {
                    found = true;
                    EmitIfWanted(new HBEnrollmentToken(info, session));
                }
            }

            if (!found && NameFilter.IsExact(id))
            {
                Report(NotFound.EnrollmentToken(id));
            }
        }
    }

    private void EmitIfWanted(HBEnrollmentToken token)
    {
        if (State is null || token.State == State)
        {
            Emit(token);
        }
    }
}
