using System.Management.Automation;
using HandyBackup.Contracts;

namespace HandyBackup.Module.Commands;

/// <summary>Takes in a repository that exists, made by another server or by restic.</summary>
[Cmdlet(VerbsData.Import, "HBRepository", SupportsShouldProcess = true)]
[OutputType(typeof(HBRepository))]
public sealed class ImportRepositoryCommand : RepositoryAddingCmdlet
{
    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        HBSession session = CurrentSession;
        string path = this.ResolvePath(Path, session);
        if (!Confirm($"{Name} ({path})", "Import repository"))
        {
            return;
        }

        var request = new ImportRepositoryRequest
        {
            Name = Name,
            Path = path,
            Password = ReadPassword($"Password for the repository '{Name}'", isNew: false),
            ParityPercent = ChosenParity,
            Description = Description,
            Grace = Grace,
            SweepGrace = SweepGrace,
            VerifyWithin = VerifyWithin,
        };
        Emit(new HBRepository(await session.Connection.Repositories.ImportAsync(request, cancellationToken), session));
    }
}
