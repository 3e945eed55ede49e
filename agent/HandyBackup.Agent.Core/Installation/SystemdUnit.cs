namespace HandyBackup.Agent.Core.Installation;

/// <summary>The agent's systemd unit.</summary>
public static class SystemdUnit
{
    /// <summary>Its name.</summary>
    public const string Name = "handybackup-agent.service";

    /// <summary>Its text for an agent that lies at certain places.</summary>
    public static string Text(AgentPlaces places) => $"""
        # Written by 'hb-agent install' and replaced by 'hb-agent upgrade'. Changes of your own belong into a drop-in: systemctl edit {Name}
        [Unit]
        Description=Handy Backup agent
        Wants=network-online.target
        After=network-online.target
        StartLimitIntervalSec=0

        [Service]
        Type=notify
        ExecStart={Quote(places.Executable)} run --data-path {Quote(places.Data)}
        Restart=always
        RestartSec=10
        TimeoutStopSec=15
        UMask=0077
        KeyringMode=private

        # It reads every file and restores them with owner, mode, capabilities and devices: that is root, but no more of root than this.
        CapabilityBoundingSet=CAP_DAC_OVERRIDE CAP_DAC_READ_SEARCH CAP_CHOWN CAP_FOWNER CAP_FSETID CAP_SETFCAP CAP_MKNOD CAP_SYS_ADMIN CAP_SYS_NICE CAP_SETUID CAP_SETGID CAP_LEASE
        NoNewPrivileges=yes
        # Two protections are left to the capabilities and the system calls: ProtectKernelModules hides /usr/lib/modules, which belongs into a backup, and ProtectClock
        # keeps older versions of systemd (before 252) from letting device nodes be restored.
        ProtectControlGroups=yes
        ProtectHostname=yes
        ProtectKernelLogs=yes
        ProtectKernelTunables=yes
        RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
        RestrictNamespaces=yes
        RestrictRealtime=yes
        LockPersonality=yes
        SystemCallArchitectures=native
        SystemCallFilter=~@clock @cpu-emulation @debug @keyring @module @obsolete @raw-io @reboot @swap
        SystemCallErrorNumber=EPERM

        [Install]
        WantedBy=multi-user.target

        """;

    // systemd.syntax(7): C escapes within quotes; a per cent sign begins a specifier, a dollar sign a variable.
    private static string Quote(string path) =>
        '"' + path.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("%", "%%", StringComparison.Ordinal).Replace("$", "$$", StringComparison.Ordinal) + '"';
}
