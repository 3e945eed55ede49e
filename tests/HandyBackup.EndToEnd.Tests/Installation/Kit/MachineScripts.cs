namespace HandyBackup.EndToEnd.Tests.Installation.Kit;

/// <summary>How a <see cref="SystemdMachine"/> begins and ends, as scripts of the shell.</summary>
internal static class MachineScripts
{
    /// <summary>Where the hierarchies of control groups lie.</summary>
    public const string ControlGroups = "/sys/fs/cgroup";

    /// <summary>systemd's own hierarchies.</summary>
    public static readonly string[] OwnHierarchies = ["systemd", "unified"];

    /// <summary>
    /// The hierarchies whose limits units of the machine can have. Only where this process is in the root of one may a group be made beside it: elsewhere, as often of
    /// <c>memory</c>, somebody else counts on his groups being as he made them.
    /// </summary>
    public static readonly string[] LimitHierarchies = ["cpu", "cpuacct", "devices"];

    /// <summary>
    /// Runs outside: <c>launch NAME FOLDER PRODUCT</c>. Makes the control groups, starts <see cref="Boot"/> in namespaces of its own, and ends all of it when its standard input ends, also
    /// because the test program was killed. Powers over what all machines on this one share (the clock, kernel modules, the kernel's log and audit) are given up for good before.
    /// </summary>
    public static string Launch => $$"""
        set -eu
        name=$1
        folder=$2
        product=$3
        groups=""
        for hierarchy in {{string.Join(' ', OwnHierarchies.Concat(LimitHierarchies))}}; do
            group={{ControlGroups}}/$hierarchy/$name
            mkdir -p "$group"
            groups="$groups $group"
        done

        sh -euc 'name=$1
            folder=$2
            product=$3
            shift 3
            for group; do echo $$ > "$group/cgroup.procs"; done
            exec setpriv --bounding-set=-sys_time,-sys_boot,-sys_module,-sys_rawio,-syslog,-audit_control,-audit_read,-mac_admin,-mac_override,-wake_alarm \
                unshare --pid --mount --uts --ipc --cgroup --fork --kill-child=KILL sh -eu "$folder/boot" "$name" "$folder" "$product"' \
            sh "$name" "$folder" "$product" $groups < /dev/null > "$folder/console" 2>&1 &
        cat > /dev/null || true
        kill -KILL $! 2> /dev/null || true
        wait

        # The last process of the machine may go a moment after its first.
        tries=0
        for group in $groups; do
            until find "$group" -depth -type d -exec rmdir '{}' ';' 2> /dev/null; [ ! -e "$group" ]; do
                tries=$((tries + 1))
                if [ $tries -gt 100 ]; then echo "$group is still in use." >&2; exit 1; fi
                sleep 0.1
            done
        done

        """;

    /// <summary>
    /// Runs inside, as the machine's first process, and becomes systemd. The machine sees the files of this one, but what it writes goes to a layer in memory: only the
    /// test's folder is the true one, and nothing else of it, nor of <c>/proc/sys</c> and <c>/sys</c>, can be changed from inside. Its <c>/tmp</c> is empty but for that folder and what was built, wherever that lies. Its units are a few of systemd's own, so that nothing starts that
    /// somebody installed for this machine.
    /// </summary>
    public static string Boot => $$"""
        name=$1
        folder=$2
        product=$3
        mount --make-rprivate /
        layer=$folder/layer
        mount -t tmpfs -o mode=755 tmpfs "$layer"
        mkdir "$layer/upper" "$layer/work" "$layer/root"
        mount -t overlay -o "lowerdir=/,upperdir=$layer/upper,workdir=$layer/work" overlay "$layer/root"
        cd "$layer/root"

        mount -t proc proc proc
        for shared in proc/sys proc/sysrq-trigger; do
            if [ -e $shared ]; then
                mount --bind $shared $shared
                mount -o remount,bind,ro $shared
            fi
        done
        mount -t sysfs -o ro,nosuid,nodev,noexec sysfs sys
        mount -t tmpfs -o mode=755,nosuid,nodev,noexec tmpfs sys/fs/cgroup
        mkdir sys/fs/cgroup/unified
        mount -t cgroup2 cgroup2 sys/fs/cgroup/unified
        for hierarchy in systemd {{string.Join(' ', LimitHierarchies)}}; do
            option=$hierarchy
            if [ $hierarchy = systemd ]; then option=none,name=systemd; fi
            mkdir sys/fs/cgroup/$hierarchy
            mount -t cgroup -o $option cgroup sys/fs/cgroup/$hierarchy
        done
        # So that systemd finds no place for the other hierarchies.
        mount -o remount,ro sys/fs/cgroup

        mount -t tmpfs -o mode=755,nosuid tmpfs dev
        mkdir dev/pts dev/shm
        for node in null:3 zero:5 full:7 random:8 urandom:9; do mknod -m 666 "dev/${node%:*}" c 1 "${node#*:}"; done
        mknod -m 666 dev/tty c 5 0
        mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts dev/pts
        ln -s pts/ptmx dev/ptmx
        ln -s /proc/self/fd dev/fd
        mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs dev/shm
        mount -t tmpfs -o mode=755,nosuid,nodev tmpfs run
        mount -t tmpfs -o mode=1777 tmpfs tmp
        mkdir -p run/lock "./$product" "./$folder"
        mount --bind "$product" "./$product"
        mount -o remount,bind,ro "./$product"
        mount --bind "$folder" "./$folder"

        mount -t tmpfs -o mode=755 tmpfs etc/systemd/system
        units=run/systemd-machine
        mkdir -p $units/sysinit.target.wants $units/sockets.target.wants
        cd usr/lib/systemd/system
        cp basic.target sysinit.target multi-user.target sockets.target network.target network-online.target shutdown.target umount.target final.target \
            systemd-journald.service systemd-journald.socket systemd-journald-dev-log.socket "$layer/root/$units"
        cd "$layer/root"
        ln -s ../systemd-journald.service $units/sysinit.target.wants/
        ln -s ../systemd-journald.socket ../systemd-journald-dev-log.socket $units/sockets.target.wants/
        mkdir -p etc/systemd/journald.conf.d
        printf '[Journal]\nStorage=volatile\nAudit=no\nReadKMsg=no\n' > etc/systemd/journald.conf.d/machine.conf
        od -An -N16 -tx1 /dev/urandom | tr -d ' ' > etc/machine-id
        echo "$name" > etc/hostname
        hostname "$name"

        pivot_root . mnt
        cd /
        umount -l /mnt
        exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin container=other \
            SYSTEMD_UNIT_PATH=/etc/systemd/system:/$units SYSTEMD_GENERATOR_PATH=/$units/none \
            /lib/systemd/systemd --system --unit=multi-user.target --show-status=no

        """;
}
