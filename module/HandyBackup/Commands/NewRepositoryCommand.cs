using System.Management.Automation;
using HandyBackup.Contracts;

namespace HandyBackup.Module.Commands;

/// <summary>Makes a new, empty repository.</summary>
[Cmdlet(VerbsCommon.New, "HBRepository", SupportsShouldProcess = true)]
[OutputType(typeof(HBRepository))]
public sealed class NewRepositoryCommand : RepositoryAddingCmdlet
{
    /// <summary>Version of the restic format.</summary>
    [Parameter]
    [ValidateRange(1, 2)]
    public int FormatVersion { get; set; } = 2;

    /// <summary>The zstd level for new data, 1 (fast) to 19 (small).</summary>
    [Parameter]
    [ValidateRange(1, 19)]
    public int? CompressionLevel { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        HBSession session = CurrentSession;
        string path = this.ResolvePath(Path, session);
        if (!Confirm($"{Name} ({path})", "Create repository"))
        {
            return;
        }

        var request = new CreateRepositoryRequest
        {
            Name = Name,
            Path = path,
            Password = ReadPassword($"Password for the repository '{Name}'", isNew: true),
            FormatVersion = FormatVersion,
            CompressionLevel = CompressionLevel,
            ParityPercent = ChosenParity,
            Description = Description,
            Grace = Grace,
            SweepGrace = SweepGrace,
            VerifyWithin = VerifyWithin,
        };
        Emit(new HBRepository(await session.Connection.Repositories.CreateAsync(request, cancellationToken), session));
    }
}
