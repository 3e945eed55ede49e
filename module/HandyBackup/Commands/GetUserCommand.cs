using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Completion;

namespace HandyBackup.Module.Commands;

/// <summary>Lists the people who may use a server over a network.</summary>
[Cmdlet(VerbsCommon.Get, "HBUser")]
[OutputType(typeof(HBUser))]
public sealed class GetUserCommand : SessionCmdlet
{
    /// <summary>Names, with wildcards.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ObjectProperty("User")]
    [ArgumentCompleter(typeof(UserNameCompleter))]
    [SupportsWildcards]
    public string?[]? Name { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        HBSession session = CurrentSession;
        foreach (string? name in NameFilter.OrAll(Name))
        {
            bool found = false;
            await foreach (UserInfo info in session.Connection.Users.ListAsync(new UserQuery { Name = name }, cancellationToken))
            {
                found = true;
                Emit(new HBUser(info, session));
            }

            if (!found && NameFilter.IsExact(name))
            {
                Report(NotFound.User(name));
            }
        }
    }
}
