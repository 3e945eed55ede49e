using System.Management.Automation;
using System.Security;
using HandyBackup.Contracts;
using HandyBackup.Module.Completion;
using HandyBackup.Module.Passwords;

namespace HandyBackup.Module.Commands;

/// <summary>Changes a repository's properties.</summary>
[Cmdlet(VerbsCommon.Set, "HBRepository", SupportsShouldProcess = true)]
[OutputType(typeof(HBRepository))]
public sealed class SetRepositoryCommand : SessionCmdlet
{
    /// <summary>The repository.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Repository")]
    [ObjectProperty("Repository")]
    [ArgumentCompleter(typeof(RepositoryNameCompleter))]
    public string Name { get; set; } = "";

    /// <summary>Another name.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? NewName { get; set; }

    /// <summary>Where the folder was moved to.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>Another password for the key that the server uses.</summary>
    [Parameter]
    [ValidateNotNull]
    public SecureString? NewPassword { get; set; }

    /// <summary>A file whose first line is another password for the key that the server uses.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? NewPasswordFile { get; set; }

    /// <summary>The zstd level for new data, 1 (fast) to 19 (small).</summary>
    [Parameter]
    [ValidateRange(1, 19)]
    public int? CompressionLevel { get; set; }

    /// <summary>How much parity new files get, in percent; 0 for none.</summary>
    [Parameter]
    [ValidateRange(0, ParityPercents.Highest)]
    public int? ParityPercent { get; set; }

    /// <summary>As much parity as is recommended: 3 percent.</summary>
    [Parameter]
    public SwitchParameter Parity { get; set; }

    /// <summary>What people should know of it.</summary>
    [Parameter]
    [AllowEmptyString]
    public string? Description { get; set; }

    /// <summary>How long a removed snapshot can be restored.</summary>
    [Parameter]
    public TimeSpan? Grace { get; set; }

    /// <summary>How long the file of a pack stays after the pack left the index.</summary>
    [Parameter]
    public TimeSpan? SweepGrace { get; set; }

    /// <summary>Within which time all data is to be read back; a day at least.</summary>
    [Parameter]
    public TimeSpan? VerifyWithin { get; set; }

    /// <summary>Return the changed repository.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        HBSession session = CurrentSession;
        if (!Confirm(Name, "Change repository"))
        {
            return;
        }

        var request = new UpdateRepositoryRequest
        {
            Name = Name,
            NewName = NewName,
            Path = Path is null ? null : this.ResolvePath(Path, session),
            NewPassword = ReadNewPassword(),
            CompressionLevel = CompressionLevel,
            ParityPercent = ParityPercents.Choose(Parity, ParityPercent),
            Description = Description,
            Grace = Grace,
            SweepGrace = SweepGrace,
            VerifyWithin = VerifyWithin,
        };
        RepositoryInfo info = await session.Connection.Repositories.UpdateAsync(request, cancellationToken);
        if (PassThru)
        {
            Emit(new HBRepository(info, session));
        }
    }

    private Secret? ReadNewPassword() =>
        NewPassword is not null && NewPasswordFile is not null ? throw new HandyBackupException(ErrorCode.InvalidArgument, "Both -NewPassword and -NewPasswordFile are given.")
        {
            Target = nameof(NewPassword),
            Advice = "Give one of them.",
        }
        : NewPassword is not null ? SecretText.ToSecret(NewPassword)
        : NewPasswordFile is not null ? PasswordFile.Read(this.ResolvePath(NewPasswordFile))
        : null;
}
