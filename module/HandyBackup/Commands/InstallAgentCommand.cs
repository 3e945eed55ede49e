using System.Management.Automation;
using System.Security;
using HandyBackup.Contracts;
using HandyBackup.Module.Agents;
using HandyBackup.Module.Agents.Machines;
using HandyBackup.Module.Completion;
using HandyBackup.Module.Sessions;

namespace HandyBackup.Module.Commands;

/// <summary>Makes machines agents of a server, or brings their agents up to date.</summary>
[Cmdlet(VerbsLifecycle.Install, "HBAgent", SupportsShouldProcess = true, DefaultParameterSetName = LocalSet)]
[OutputType(typeof(HBAgentInstallation))]
public sealed class InstallAgentCommand : AgentMachineCmdlet
{
    // What the program itself needs to read a token's place; the token goes to its standard input.
    private static readonly string[] s_tokenFromInput = ["--token-file", "-"];

    private ServerAddress? _server;
    private EnrollmentSource? _tokens;

    /// <summary>Where the machines reach the server.</summary>
    [Parameter(Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string Server { get; set; } = "";

    /// <summary>An enrolment token.</summary>
    [Parameter]
    [ValidateNotNull]
    public SecureString? Token { get; set; }

    /// <summary>A file whose first line is an enrolment token.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? TokenFile { get; set; }

    /// <summary>The fingerprint of the server that the token must be of.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Fingerprint { get; set; }

    /// <summary>What sort of agents they become.</summary>
    [Parameter]
    public AgentKind Kind { get; set; } = AgentKind.Workstation;

    /// <summary>The group that they are listed in.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(AgentGroupNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Group { get; set; }

    /// <summary>They wait until they are approved.</summary>
    [Parameter]
    public SwitchParameter NeedsApproval { get; set; }

    /// <summary>The agent's name on the server.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? AgentName { get; set; }

    /// <summary>The folder with the packages of the agent.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? PackagePath { get; set; }

    /// <summary>The session with the server that makes the tokens; the runspace's default when omitted.</summary>
    [Parameter]
    public HBSession? Session { get; set; }

    private protected override string Action => "Install agent";

    private protected override string Activity => "Installing agents";

    private protected override void Prepare(int machines)
    {
        base.Prepare(machines);
        _server = ServerAddress.Parse(Server);
        if (AgentName is not null && machines > 1)
        {
            throw Invalid(nameof(AgentName), $"{machines} machines cannot have the same name.", "Name the machines one by one, or leave -AgentName out: they are called as their hosts are.");
        }

        RequireOneToken();
        _tokens = new EnrollmentSource(ReadToken(), Fingerprint is null ? null : FingerprintText.Parse(Fingerprint), () => DefaultSession.Require(Session))
        {
            Request = new NewEnrollmentTokenRequest { Kind = Kind, Uses = 1, Lifetime = TimeLimit + TimeSpan.FromMinutes(5), Group = Group, NeedsApproval = NeedsApproval },
        };
        _tokens.VerifyGiven();
    }

    private protected override async Task<HBAgentInstallation> WorkAsync(AgentMachine machine, CancellationToken cancellationToken)
    {
        ShowProgress(machine, "looking at the machine", 0, isNew: true);
        MachineDescription description = await machine.DescribeAsync(ProgramPath, cancellationToken);
        AgentPackage package = AgentPackage.Find(PackagePath is null ? null : this.ResolvePath(PackagePath), description.Runtime);
        if (IsLocal)
        {
            return await InstallAsync(machine, description, package.Folder, cancellationToken);
        }

        string folder = description.NewFolder();
        return await WithCopyAsync(machine, folder, async () =>
        {
            ShowProgress(machine, "packing", 0, isNew: true);
            string program = await machine.CopyAsync(
                package, folder, description.IsLinux, (sent, all) => ShowProgress(machine, $"copied {ByteSize.Format(sent)} of {ByteSize.Format(all)}", (int)(sent * 80 / all), isNew: false), cancellationToken);
            return await InstallAsync(machine, description, program, cancellationToken);
        }, cancellationToken);
    }

    private async Task<HBAgentInstallation> InstallAsync(AgentMachine machine, MachineDescription description, string folder, CancellationToken cancellationToken)
    {
        ShowProgress(machine, "installing", 80, isNew: true);
        bool isEnrolled = (await StatusAsync(machine, description, folder, cancellationToken)).IsEnrolled;
        EnrollmentLoan token = isEnrolled ? EnrollmentLoan.None : await _tokens!.BorrowAsync(machine.Name, cancellationToken);
        AgentProgramResult result;
        try
        {
            string[] arguments =
            [
                "install", "--server", _server!.ToString(), .. token.Text is null ? Array.Empty<string>() : s_tokenFromInput,
                .. AgentName is null ? Array.Empty<string>() : ["--name", AgentName], .. PlaceOptions(),
            ];
            result = await machine.RunAsync(folder, arguments, token.Text, TimeLimit, description.IsLinux, cancellationToken);
        }
        catch
        {
            await token.ReturnAsync();
            throw;
        }

        if (!result.IsSuccess)
        {
            await token.ReturnAsync();
            throw AgentFailure.Create(machine.Name, "installed", "What was done has been taken back. The text is what hb-agent said on the machine.", token.Redact(result));
        }

        AgentReport after = await StatusAsync(machine, description, folder, cancellationToken);
        return new HBAgentInstallation(machine.Name, description, result, after.State) { Version = after.Version, Server = after.Server };
    }

    private async Task<AgentReport> StatusAsync(AgentMachine machine, MachineDescription description, string folder, CancellationToken cancellationToken)
    {
        string[] arguments = ["status", .. DataPath is null ? Array.Empty<string>() : ["--data-path", DataPath]];
        return AgentReport.Parse((await machine.RunAsync(folder, arguments, null, TimeLimit, description.IsLinux, cancellationToken)).Output);
    }

    private SecureString? ReadToken() => TokenFile is null ? Token : Passwords.SecretText.ToSecure(Passwords.PasswordFile.Read(this.ResolvePath(TokenFile)));

    // A token says of itself what its agents become.
    private void RequireOneToken()
    {
        if (Token is not null && TokenFile is not null)
        {
            throw Invalid(nameof(Token), "Both -Token and -TokenFile are given.", "Give one of them.");
        }

        string[] meant = [nameof(Kind), nameof(Group), nameof(NeedsApproval), nameof(Session)];
        if ((Token is not null || TokenFile is not null) && meant.FirstOrDefault(MyInvocation.BoundParameters.ContainsKey) is { } contradiction)
        {
            throw Invalid(contradiction, $"-{contradiction} is for tokens that are made, and one is given.", $"Leave -{contradiction} out, or the token.");
        }
    }

    private static HandyBackupException Invalid(string target, string message, string advice) => new(ErrorCode.InvalidArgument, message) { Target = target, Advice = advice };
}
