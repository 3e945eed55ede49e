using System.Management.Automation;
using HandyBackup.Contracts;

namespace HandyBackup.Module.Commands;

/// <summary>Makes a token by which a script uses the server over a network.</summary>
[Cmdlet(VerbsCommon.New, "HBApiToken", SupportsShouldProcess = true)]
[OutputType(typeof(HBApiToken))]
public sealed class NewApiTokenCommand : GrantCmdlet
{
    /// <summary>The name, unique on the server.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    public string Name { get; set; } = "";

    /// <summary>How long it may be used, a year at most.</summary>
    [Parameter]
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromDays(90);

    /// <summary>What people should know of it.</summary>
    [Parameter]
    public string Description { get; set; } = "";

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        HBSession session = CurrentSession;
        if (Confirm(Name, $"Create API token: {GrantText.Of(ChosenGrant)}"))
        {
            var request = new CreateApiTokenRequest { Name = Name, Grants = [ChosenGrant], Lifetime = Lifetime, Description = Description };
            NewApiToken made = await session.Connection.ApiTokens.CreateAsync(request, cancellationToken);
            Emit(new HBApiToken(made.Info, session, made.Token));
        }
    }
}
