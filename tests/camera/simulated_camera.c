/*
 * A webcam that is not there, for tests: preloaded (LD_PRELOAD) into an unmodified program it
 * makes /dev/video0 appear and answers the Video4Linux2 calls that Qt's FFmpeg back end makes.
 *
 * How it works
 *   - reading the folder /dev yields one more entry, and asking about it yields a device node;
 *   - opening it yields a timer (timerfd) that becomes readable once per frame, so that whoever
 *     waits for pictures waits as long as with a real camera;
 *   - the pictures lie in anonymous shared memory (memfd); mapping a buffer maps a part of that;
 *   - every frame differs from the one before: the bars move and one square counts in binary.
 *
 * GRIDWORKER_SIMCAM=busy makes opening fail the way a camera in use by another program does,
 * GRIDWORKER_SIMCAM=none makes it vanish.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/videodev2.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum {
    WIDTH = 640,
    HEIGHT = 480,
    BYTES_PER_PIXEL = 2, /* YUYV */
    FRAME_BYTES = WIDTH * HEIGHT * BYTES_PER_PIXEL,
    FRAMES_PER_SECOND = 30,
    BUFFERS = 4,
    MOST_FILES = 4096
};

static const char DEVICE[] = "/dev/video0";

/* Which descriptors are the camera, which folder streams are /dev and have yielded the entry. */
static unsigned char is_camera[MOST_FILES];
static DIR *dev_stream;
static int dev_entry_given;

static int memory = -1;          /* the memfd that holds all buffers */
static unsigned char *pictures;  /* our own mapping of it */
static unsigned waiting[BUFFERS]; /* queued buffers, a ring */
static unsigned first_waiting, waiting_count;
static int streaming;
static unsigned frame_number;

#define REAL(name) ((__typeof__(&name))real(#name))

static void *real(const char *name) {
    return dlsym(RTLD_NEXT, name);
}

static const char *mood(void) {
    const char *set = getenv("GRIDWORKER_SIMCAM");
    return set ? set : "";
}

static int is_device(const char *path) {
    return path && strcmp(path, DEVICE) == 0 && strcmp(mood(), "none") != 0;
}

static int known(int fd) {
    return fd >= 0 && fd < MOST_FILES && is_camera[fd];
}



static void paint(unsigned char *out, unsigned number) {
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x += 2) {
            unsigned char *pair = out + (y * WIDTH + x) * BYTES_PER_PIXEL;
            int bar = (x / 80 + (int)(number / 4)) % 8;
            int light = 40 + bar * 24;
            if (y < 32) /* the frame's number in sixteen squares, so that no two are alike */
                light = (number >> (x / 40)) & 1 ? 235 : 16;
            pair[0] = pair[2] = (unsigned char)light;
            pair[1] = (unsigned char)(64 + bar * 16);
            pair[3] = (unsigned char)(200 - bar * 16);
        }
    }
}



static int open_camera(void) {
    if (strcmp(mood(), "busy") == 0) {
        errno = EBUSY;
        return -1;
    }
    if (memory < 0) {
        memory = memfd_create("simulated-camera", MFD_CLOEXEC);
        if (memory < 0 || ftruncate(memory, (off_t)FRAME_BYTES * BUFFERS) != 0)
            return -1;
        pictures = REAL(mmap)(NULL, (size_t)FRAME_BYTES * BUFFERS, PROT_READ | PROT_WRITE,
                              MAP_SHARED, memory, 0);
    }
    int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    if (fd < 0 || fd >= MOST_FILES)
        return -1;
    is_camera[fd] = 1;
    return fd;
}

#define DEFINE_OPEN(name)                                              \
    int name(const char *path, int flags, ...) {                       \
        mode_t mode = 0;                                               \
        if (flags & (O_CREAT | O_TMPFILE)) {                           \
            va_list rest;                                              \
            va_start(rest, flags);                                     \
            mode = va_arg(rest, mode_t);                               \
            va_end(rest);                                              \
        }                                                              \
        return is_device(path) ? open_camera() : REAL(name)(path, flags, mode); \
    }
DEFINE_OPEN(open)
DEFINE_OPEN(open64)

int close(int fd) {
    if (known(fd)) {
        is_camera[fd] = 0;
        streaming = 0;
    }
    return REAL(close)(fd);
}

DIR *opendir(const char *path) {
    DIR *stream = REAL(opendir)(path);
    if (stream && (strcmp(path, "/dev") == 0 || strcmp(path, "/dev/") == 0)) {
        dev_stream = stream;
        dev_entry_given = strcmp(mood(), "none") == 0;
    }
    return stream;
}

#define DEFINE_READDIR(name, entry_type)                               \
    struct entry_type *name(DIR *stream) {                             \
        static struct entry_type extra;                                \
        if (stream == dev_stream && !dev_entry_given) {                \
            dev_entry_given = 1;                                       \
            memset(&extra, 0, sizeof extra);                           \
            extra.d_ino = 1;                                           \
            extra.d_reclen = sizeof extra;                             \
            extra.d_type = DT_CHR;                                     \
            strcpy(extra.d_name, DEVICE + sizeof "/dev/" - 1);         \
            return &extra;                                             \
        }                                                              \
        return REAL(name)(stream);                                     \
    }
DEFINE_READDIR(readdir, dirent)
DEFINE_READDIR(readdir64, dirent64)

int closedir(DIR *stream) {
    if (stream == dev_stream)
        dev_stream = NULL;
    return REAL(closedir)(stream);
}

#define DEFINE_STAT(name, type)                                        \
    int name(const char *path, struct type *out) {                     \
        if (!is_device(path))                                          \
            return REAL(name)(path, out);                              \
        memset(out, 0, sizeof *out);                                   \
        out->st_mode = S_IFCHR | 0660;                                 \
        out->st_rdev = makedev(81, 0);                                 \
        out->st_nlink = 1;                                             \
        return 0;                                                      \
    }
DEFINE_STAT(stat, stat)
DEFINE_STAT(stat64, stat64)
DEFINE_STAT(lstat, stat)
DEFINE_STAT(lstat64, stat64)

int statx(int folder, const char *restrict path, int flags, unsigned mask,
          struct statx *restrict out) {
    if (!is_device(path))
        return REAL(statx)(folder, path, flags, mask, out);
    memset(out, 0, sizeof *out);
    out->stx_mask = STATX_BASIC_STATS;
    out->stx_mode = S_IFCHR | 0660;
    out->stx_nlink = 1;
    out->stx_rdev_major = 81;
    return 0;
}



void *mmap(void *at, size_t length, int protection, int flags, int fd, off_t offset) {
    return REAL(mmap)(at, length, protection, flags, known(fd) ? memory : fd, offset);
}

void *mmap64(void *at, size_t length, int protection, int flags, int fd, off64_t offset) {
    return REAL(mmap64)(at, length, protection, flags, known(fd) ? memory : fd, offset);
}

static int refuse(int reason) {
    errno = reason;
    return -1;
}

static int tick(int fd, int on) {
    struct itimerspec rhythm = {{0, 0}, {0, 0}};
    if (on) {
        rhythm.it_interval.tv_nsec = 1000000000L / FRAMES_PER_SECOND;
        rhythm.it_value = rhythm.it_interval;
    }
    streaming = on;
    return timerfd_settime(fd, 0, &rhythm, NULL);
}

static void describe_format(struct v4l2_format *format) {
    format->fmt.pix.width = WIDTH;
    format->fmt.pix.height = HEIGHT;
    format->fmt.pix.pixelformat = V4L2_PIX_FMT_YUYV;
    format->fmt.pix.field = V4L2_FIELD_NONE;
    format->fmt.pix.bytesperline = WIDTH * BYTES_PER_PIXEL;
    format->fmt.pix.sizeimage = FRAME_BYTES;
    format->fmt.pix.colorspace = V4L2_COLORSPACE_SRGB;
}

static int take_frame(int fd, struct v4l2_buffer *buffer) {
    uint64_t ticks;
    struct timespec now;
    if (!streaming || waiting_count == 0 || read(fd, &ticks, sizeof ticks) != sizeof ticks)
        return refuse(EAGAIN);
    unsigned index = waiting[first_waiting];
    first_waiting = (first_waiting + 1) % BUFFERS;
    waiting_count--;
    paint(pictures + (size_t)index * FRAME_BYTES, frame_number);
    clock_gettime(CLOCK_MONOTONIC, &now);
    buffer->index = index;
    buffer->bytesused = buffer->length = FRAME_BYTES;
    buffer->m.offset = index * FRAME_BYTES;
    buffer->field = V4L2_FIELD_NONE;
    buffer->sequence = frame_number++;
    buffer->timestamp.tv_sec = now.tv_sec;
    buffer->timestamp.tv_usec = now.tv_nsec / 1000;
    buffer->flags = V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC;
    return 0;
}

static int answer(int fd, unsigned request, void *arg) {
    switch (request) {
    case VIDIOC_QUERYCAP: {
        struct v4l2_capability *can = arg;
        memset(can, 0, sizeof *can);
        strcpy((char *)can->driver, "simcam");
        strcpy((char *)can->card, "Simulated camera");
        strcpy((char *)can->bus_info, "usb-simcam-1");
        can->device_caps = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;
        can->capabilities = can->device_caps | V4L2_CAP_DEVICE_CAPS;
        return 0;
    }
    case VIDIOC_ENUM_FMT: {
        struct v4l2_fmtdesc *format = arg;
        if (format->index > 0 || format->type != V4L2_BUF_TYPE_VIDEO_CAPTURE)
            return refuse(EINVAL);
        format->flags = 0;
        format->pixelformat = V4L2_PIX_FMT_YUYV;
        strcpy((char *)format->description, "YUYV");
        return 0;
    }
    case VIDIOC_ENUM_FRAMESIZES: {
        struct v4l2_frmsizeenum *size = arg;
        if (size->index > 0)
            return refuse(EINVAL);
        size->type = V4L2_FRMSIZE_TYPE_DISCRETE;
        size->discrete.width = WIDTH;
        size->discrete.height = HEIGHT;
        return 0;
    }
    case VIDIOC_ENUM_FRAMEINTERVALS: {
        struct v4l2_frmivalenum *interval = arg;
        if (interval->index > 0)
            return refuse(EINVAL);
        interval->type = V4L2_FRMIVAL_TYPE_DISCRETE;
        interval->discrete.numerator = 1;
        interval->discrete.denominator = FRAMES_PER_SECOND;
        return 0;
    }
    case VIDIOC_G_FMT:
    case VIDIOC_S_FMT:
    case VIDIOC_TRY_FMT: {
        struct v4l2_format *format = arg;
        if (format->type != V4L2_BUF_TYPE_VIDEO_CAPTURE)
            return refuse(EINVAL);
        describe_format(format);
        return 0;
    }
    case VIDIOC_G_PARM:
    case VIDIOC_S_PARM: {
        struct v4l2_streamparm *parameters = arg;
        parameters->parm.capture.capability = V4L2_CAP_TIMEPERFRAME;
        parameters->parm.capture.timeperframe.numerator = 1;
        parameters->parm.capture.timeperframe.denominator = FRAMES_PER_SECOND;
        return 0;
    }
    case VIDIOC_REQBUFS: {
        struct v4l2_requestbuffers *wanted = arg;
        if (wanted->memory != V4L2_MEMORY_MMAP)
            return refuse(EINVAL);
        if (wanted->count > BUFFERS)
            wanted->count = BUFFERS;
        first_waiting = waiting_count = 0;
        return 0;
    }
    case VIDIOC_QUERYBUF: {
        struct v4l2_buffer *buffer = arg;
        if (buffer->index >= BUFFERS)
            return refuse(EINVAL);
        buffer->length = FRAME_BYTES;
        buffer->m.offset = buffer->index * FRAME_BYTES;
        buffer->flags = 0;
        return 0;
    }
    case VIDIOC_QBUF: {
        const struct v4l2_buffer *buffer = arg;
        if (buffer->index >= BUFFERS || waiting_count == BUFFERS)
            return refuse(EINVAL);
        waiting[(first_waiting + waiting_count++) % BUFFERS] = buffer->index;
        return 0;
    }
    case VIDIOC_DQBUF:
        return take_frame(fd, arg);
    case VIDIOC_STREAMON:
        return tick(fd, 1);
    case VIDIOC_STREAMOFF:
        first_waiting = waiting_count = 0;
        return tick(fd, 0);
    default: /* controls and the like: a plain webcam has none */
        return refuse(EINVAL);
    }
}

int ioctl(int fd, unsigned long request, ...) {
    va_list rest;
    va_start(rest, request);
    void *arg = va_arg(rest, void *);
    va_end(rest);
    return known(fd) ? answer(fd, (unsigned)request, arg) : REAL(ioctl)(fd, request, arg);
}
